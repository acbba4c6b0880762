/** The operator's certificates without Kubernetes: Secrets in memory, mounted into directories as kubelet does. */
import { mkdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Status } from '../../../proto/gen/robustmq/admin/v1/admin.ts';
import { issuedSecret } from '../../../operator/act/issue.ts';
import { LIFETIMES, SECRET_KEYS } from '../../../operator/api/certificates.ts';
import { sampleCluster } from '../../../operator/api/testing/sample-cluster.ts';
import { readTls } from '../../../operator/observe/tls-secrets.ts';
import type { HeldTls } from '../../../operator/observe/tls-secrets.ts';
import { seenTls } from '../../../operator/observe/seen-tls.ts';
import { certificateStep } from '../../../operator/plan/tls/certificate-step.ts';
import type { Secret } from '../../../operator/resources/kubernetes.ts';
import { createX509Certificates } from '../../../operator/tls/x509-certificates.ts';

/** A process that has a Secret mounted, with what it said last. */
export interface Holder {
  readonly name: string;
  readonly status: Status | undefined;
}

export interface Authority {
  held(): Promise<HeldTls>;
  /** Does what is next; what it was, or is waited for, or undefined when all is settled. */
  step(holders: readonly Holder[]): Promise<string | undefined>;
  /** As if somebody had deleted it. */
  lose(secret: 'demo-meta-ca' | 'demo-meta-tls' | 'demo-meta-operator-tls'): void;
}

/** @param ageMs how old what is issued is at once. */
export function createAuthority(ageMs: () => number): Authority {
  const certificates = createX509Certificates();
  const cluster = sampleCluster();
  const secrets = new Map<string, Secret>();
  let version = 0;
  const held = async (): Promise<HeldTls> => {
    const get = (_kind: unknown, { name }: { readonly name: string }): Promise<never> =>
      Promise.resolve(secrets.get(name) as never);
    const tls = await readTls({ get }, cluster);
    if (tls === undefined) throw new TypeError('the sample has TLS');
    return tls;
  };
  return {
    held,
    lose: (name) => void secrets.delete(name),
    step: async (pods) => {
      const have = await held();
      const now = { ms: Date.now(), text: '' };
      const step = certificateStep({ tls: seenTls(certificates, cluster, have), now, pods });
      if (step?.kind !== 'act') return step?.message;
      const { action } = step;
      if (action.kind !== 'issue-authority' && action.kind !== 'issue-certificate') {
        throw new TypeError(action.kind);
      }
      const secret = await issuedSecret(certificates, cluster, have, action, now.ms - ageMs());
      version += 1;
      secrets.set(action.name, {
        ...secret,
        metadata: { ...secret.metadata, resourceVersion: `${version}` },
      });
      return step.message;
    },
  };
}

/** An age at which it is to be renewed. */
export const DUE_MS = LIFETIMES.leafRenewedMs + 1_000;

/** Puts what members have into a directory, all files of it at once. */
export function mount(directory: string, { peer }: HeldTls): void {
  const version = `..${process.hrtime.bigint()}`;
  mkdirSync(join(directory, version), { recursive: true });
  const files = {
    [SECRET_KEYS.certificate]: peer.certificate,
    [SECRET_KEYS.key]: peer.key,
    [SECRET_KEYS.authorities]: peer.authorities,
  };
  for (const [name, text] of Object.entries(files)) {
    writeFileSync(join(directory, version, name), text);
  }
  symlinkSync(version, join(directory, '..new'));
  renameSync(join(directory, '..new'), join(directory, '..data'));
}
