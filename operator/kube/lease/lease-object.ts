import type { Place, Resource } from '../api.ts';
import { KubeError } from '../kube-error.ts';
import type { Connection } from '../client/connection.ts';
import { pathOf } from '../client/path.ts';
import type { LeaseRecord } from './election.ts';

interface Lease {
  readonly apiVersion: 'coordination.k8s.io/v1';
  readonly kind: 'Lease';
  readonly metadata: Place & { readonly resourceVersion?: string };
  readonly spec?: {
    readonly holderIdentity?: string;
    readonly leaseDurationSeconds?: number;
    readonly acquireTime?: string;
    readonly renewTime?: string;
    readonly leaseTransitions?: number;
  };
}

const LEASES: Resource<Lease> = {
  apiVersion: 'coordination.k8s.io/v1',
  kind: 'Lease',
  plural: 'leases',
  namespaced: true,
};

/** A Lease on the API server; all fail with a KubeError. */
export interface LeaseObject {
  read(): Promise<LeaseRecord | undefined>;
  /** Over this record alone, or only if there is none; anything else is a `conflict`. */
  write(holder: string, over: LeaseRecord | undefined, leaseSeconds: number): Promise<LeaseRecord>;
}

/** @param deadlineMs of each call. */
export function leaseObject(connection: Connection, place: Place, deadlineMs: number): LeaseObject {
  const all = pathOf(LEASES, { namespace: place.namespace });
  const path = pathOf(LEASES, place);
  let last: Lease | undefined;
  const keep = (answer: unknown): LeaseRecord => {
    last = answer as Lease;
    return recordOf(last);
  };
  return {
    read: async () => {
      try {
        return keep(await connection.call({ method: 'GET', path }, deadlineMs));
      } catch (error) {
        if (error instanceof KubeError && error.code === 'missing') return undefined;
        throw error;
      }
    },
    write: async (holder, over, leaseSeconds) => {
      const now = microTime();
      const handsOver = over?.holder !== holder;
      const { acquireTime } = last?.spec ?? {};
      const body: Lease = {
        apiVersion: 'coordination.k8s.io/v1',
        kind: 'Lease',
        metadata: { ...place, ...(over && { resourceVersion: over.resourceVersion }) },
        spec: {
          holderIdentity: holder,
          leaseDurationSeconds: leaseSeconds,
          acquireTime: handsOver ? now : (acquireTime ?? now),
          renewTime: now,
          leaseTransitions: (over?.transitions ?? 0) + (handsOver && over ? 1 : 0),
        },
      };
      const call =
        over === undefined
          ? ({ method: 'POST', path: all, body } as const)
          : ({ method: 'PUT', path, body } as const);
      return keep(await connection.call(call, deadlineMs));
    },
  };
}

const recordOf = ({ metadata, spec = {} }: Lease): LeaseRecord => ({
  holder: spec.holderIdentity ?? '',
  renewTime: spec.renewTime ?? '',
  transitions: spec.leaseTransitions ?? 0,
  leaseSeconds: spec.leaseDurationSeconds ?? 0,
  resourceVersion: metadata.resourceVersion ?? '',
});

/** Times of leases have six digits behind the point; with others they are refused. */
export const microTime = (): string => new Date().toISOString().replace('Z', '000Z');
