/** What the operator asks of members, as an interface: their admin API and a model of it implement it. */
import type { Change, Status } from '../../proto/gen/robustmq/admin/v1/admin.ts';

/** Where a member is dialled, and as whom. */
export interface Endpoint {
  /** Address of its pod. */
  readonly ip: string;
  readonly port: number;
  /** How both sides prove who they are; undefined where they do not. */
  readonly tls: TlsMaterial | undefined;
}

/** In PEM. */
export interface TlsMaterial {
  readonly authority: string;
  readonly certificate: string;
  readonly key: string;
}

/** Calls of members. All but `status` fail with an AdminError; after `unknown` it may have been carried out. */
export interface Members {
  /** Undefined when it did not answer in time. */
  status(at: Endpoint): Promise<Status | undefined>;
  /** Makes the process on this directory the first member of a cluster of this id. */
  bootstrap(
    at: Endpoint,
    request: { readonly clusterId: string; readonly directory: string },
  ): Promise<void>;
  changeMembership(
    at: Endpoint,
    request: { readonly configurationIndex: number; readonly changes: readonly Change[] },
  ): Promise<void>;
  transfer(
    at: Endpoint,
    request: {
      readonly configurationIndex: number;
      readonly memberId: number;
      readonly term: number;
    },
  ): Promise<void>;
  recover(
    at: Endpoint,
    request: {
      readonly incidentId: string;
      readonly memberId: number;
      readonly lastLogTerm: number;
      readonly lastLogIndex: number;
    },
  ): Promise<void>;
}
