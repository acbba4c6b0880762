import type { RobustMQCluster } from '../api/cluster.ts';

/** What the operator was installed with, as far as it shows in children. */
export interface Installation {
  /** Where releases are: `repository:version` is the image of a version. */
  readonly imageRepository: string;
  /** Namespace of the operator's pods. */
  readonly namespace: string;
  /** Labels of the operator's pods. */
  readonly podLabels: Readonly<Record<string, string>>;
}

/** What children are built from: nothing else shows in them. */
export interface BuildContext {
  readonly cluster: RobustMQCluster;
  readonly installation: Installation;
}
