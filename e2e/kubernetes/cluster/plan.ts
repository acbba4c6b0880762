/** All that a cluster is made from, handed to its first process. */
import type { Programs } from '../parts/build.ts';
import type { Run } from './run.ts';

export interface ClusterPlan {
  readonly run: Run;
  readonly programs: Programs;
  /** On loopback of this machine: there the API server is found from outside. */
  readonly apiPort: number;
  /** None: an API server, on which nothing acts but what is named below. */
  readonly nodes: readonly NodePlan[];
  /** Of kube-controller-manager, by name: those that act where there are no nodes. */
  readonly controllers: readonly string[];
  /** Archives that every node has from the start. */
  readonly images: readonly string[];
}

export interface NodePlan {
  readonly name: string;
  readonly directory: string;
  readonly address: string;
  readonly podSubnet: string;
  /** Its root of cgroups, in every hierarchy. */
  readonly cgroup: string;
}

/** The network of control plane and nodes. It is nowhere but in the cluster's own namespace. */
export const CONTROL_PLANE = '10.200.0.1';
export const API_PORT = 6443;
export const POD_NETWORK = '10.244.0.0/16';
export const SERVICE_NETWORK = '10.96.0.0/16';
export const CLUSTER_DOMAIN = 'cluster.local';

/** A file system for all nodes, below the directory of the cluster. */
export const NODES_VOLUME = 'nodes';

export const nodePlan = ({ name, directory }: Run, number: number): NodePlan => ({
  name: `node${number}`,
  directory: `${directory}/${NODES_VOLUME}/node${number}`,
  address: `10.200.0.${10 + number}`,
  podSubnet: `10.244.${number}.0/24`,
  cgroup: `robustmq-k8s-${name}-node${number}`,
});
