/** Names for the parts of the resource that others speak of. */
import type { RobustMQCluster } from './gen/robustmqclusters.ts';

export type { RobustMQCluster };

export type MetaSpec = RobustMQCluster['spec']['meta'];

export type ClusterStatus = NonNullable<RobustMQCluster['status']>;

/** How a cluster begins: its id, and the directory of its first member. */
export type Bootstrap = NonNullable<ClusterStatus['bootstrap']>;

export type Incident = NonNullable<ClusterStatus['incident']>;

export type MemberStatus = NonNullable<ClusterStatus['members']>[number];

const GROUP = 'robustmq.io';
export const API_VERSION = `${GROUP}/v1alpha1`;
export const KIND = 'RobustMQCluster';
