/** Names for the parts of the resource that others speak of. */
import type { RobustMQCluster } from './gen/robustmqclusters.ts';

export type { RobustMQCluster };

export type MetaSpec = RobustMQCluster['spec']['meta'];

export type ClusterStatus = NonNullable<RobustMQCluster['status']>;

export type Incident = NonNullable<ClusterStatus['incident']>;

export type MemberStatus = NonNullable<ClusterStatus['members']>[number];

const GROUP = 'robustmq.io';
export const API_VERSION = `${GROUP}/v1alpha1`;
export const KIND = 'RobustMQCluster';
