/** What others conclude from the status: the documents in docs/health.md, over recorded statuses. */
import { deepStrictEqual, strictEqual } from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { CONDITION_TYPES } from '../../../operator/api/condition.ts';
import type { RobustMQCluster } from '../../../operator/api/cluster.ts';
import { argoHealthOf } from './argo-cd.ts';
import { fluxStatusOf } from './flux.ts';
import { kstatusOf } from './kstatus.ts';
import { isMet } from './kubectl-wait.ts';

const RECORDED = join(
  import.meta.dirname,
  '..',
  '..',
  '..',
  'operator',
  'plan',
  'testdata',
  'statuses',
);

/** Recorded from the truth table of the conditions. */
const recorded = (name: string): RobustMQCluster =>
  parse(readFileSync(join(RECORDED, `${name}.yaml`), 'utf8')) as RobustMQCluster;

/** kstatus, Argo CD and Flux; then what `kubectl wait` would not wait for. */
const rows: Readonly<Record<string, string>> = {
  'all-is-well': 'Current Healthy Current: Ready Available',
  'without-TLS': 'Current Healthy Current: Ready Available Insecure',
  'members-come': 'InProgress Progressing InProgress: Available Progressing',
  'members-go': 'InProgress Progressing InProgress: Available Progressing',
  'members-are-restarted': 'InProgress Progressing InProgress: Available Progressing',
  'the-only-member-is-restarted': 'InProgress Progressing InProgress: Available Progressing',
  'a-child-is-missing': 'InProgress Progressing InProgress: Available Progressing',
  'an-authority-is-being-replaced': 'Current Healthy Current: Ready Available Progressing',
  'one-member-is-silent': 'InProgress Progressing InProgress: Available Progressing Degraded',
  'a-disk-is-nearly-full': 'Current Healthy Current: Ready Available Degraded',
  'nobody-leads': 'InProgress Progressing InProgress: Progressing Degraded',
  'the-quorum-is-lost': 'Failed Degraded Failed: Degraded Stalled',
  'a-child-is-not-ours': 'Failed Degraded Failed: Available Stalled',
  'a-child-is-refused': 'Failed Degraded Failed: Available Stalled',
  'a-damaged-directory': 'Failed Degraded Failed: Available Degraded Stalled',
  'an-older-copy-of-a-directory': 'Failed Degraded Failed: Available Degraded Stalled',
  'a-new-member-is-stuck': 'InProgress Progressing InProgress: Available Progressing Degraded',
  'a-new-member-is-stuck-again': 'Failed Degraded Failed: Available Degraded Stalled',
  'a-recovery-is-wanted-of-another-incident': 'Failed Degraded Failed: Degraded Stalled',
  'an-older-version-is-wanted': 'Failed Degraded Failed: Available Stalled',
  'the-node-of-a-volume-is-gone': 'Failed Degraded Failed: Available Degraded Stalled',
  'volumes-cannot-grow': 'Failed Degraded Failed: Available Stalled',
  'too-many-were-replaced': 'Failed Degraded Failed: Available Degraded Stalled',
  'a-certificate-cannot-be-used': 'Failed Degraded Failed: Available Stalled',
  'nothing-has-begun-for-a-certificate-cannot-be-used': 'Failed Degraded Failed: Stalled',
  'volumes-are-older-than-the-resource-and-empty': 'Failed Degraded Failed: Stalled',
  'who-began-the-cluster-is-gone-before-it-had': 'Failed Degraded Failed: Stalled',
  'members-of-another-cluster-are-there': 'Failed Degraded Failed: Stalled',
  'nothing-has-begun': 'InProgress Progressing InProgress: Progressing',
  'paused-and-all-is-well': 'Current Suspended Current: Ready Available',
  'paused-in-the-middle-of-a-change': 'InProgress Suspended InProgress: Available',
  'paused-and-one-member-is-silent': 'InProgress Suspended InProgress: Available Degraded',
  'paused-and-nobody-leads': 'InProgress Suspended InProgress: Degraded',
  'paused-and-the-quorum-is-lost': 'InProgress Suspended InProgress: Degraded',
  'paused-and-without-TLS': 'Current Suspended Current: Ready Available Insecure',
};

async function said(cluster: RobustMQCluster): Promise<string> {
  const { status } = await argoHealthOf(cluster);
  const met = CONDITION_TYPES.filter((type) => isMet(cluster, type));
  return `${kstatusOf(cluster)} ${status} ${fluxStatusOf(cluster)}: ${met.join(' ')}`;
}

describe('the health that others see', () => {
  for (const [name, expected] of Object.entries(rows)) {
    it(name, async () => strictEqual(await said(recorded(name)), expected));
  }

  it('is stated for every recorded status', () => {
    const files = readdirSync(RECORDED).map((file) => file.replace('.yaml', ''));
    deepStrictEqual(Object.keys(rows).sort(), files.sort());
  });

  it('is in progress while the operator has not looked at the latest spec', async () => {
    for (const name of Object.keys(rows)) {
      const { metadata, ...rest } = recorded(name);
      const edited = { ...rest, metadata: { ...metadata, generation: metadata.generation + 1 } };
      strictEqual(await said(edited), 'InProgress Progressing InProgress: ', name);
    }
  });

  it('is in progress before the operator has looked at all', async () => {
    const file = join(import.meta.dirname, '..', '..', '..', 'crds', 'robustmqclusters.yaml');
    const definition = parse(readFileSync(file, 'utf8')) as Definition;
    const status = definition.spec.versions[0]?.schema.openAPIV3Schema.properties.status.default;
    const fresh = { ...recorded('all-is-well'), ...(status && { status }) };
    strictEqual(await said(fresh), 'InProgress Progressing InProgress: ');
  });

  it('says that it is being deleted', async () => {
    const { metadata, ...rest } = recorded('all-is-well');
    const deletionTimestamp = '2026-01-01T12:00:00Z';
    const leaving = { ...rest, metadata: { ...metadata, deletionTimestamp } };
    strictEqual(kstatusOf(leaving), 'Terminating');
    strictEqual((await argoHealthOf(leaving)).status, 'Progressing');
  });

  it('tells people why', async () => {
    const { message } = await argoHealthOf(recorded('a-child-is-not-ours'));
    strictEqual(message, 'ChildNotOurs: Service a is there and does not belong to this resource');
  });
});

interface Definition {
  readonly spec: {
    readonly versions: readonly {
      readonly schema: {
        readonly openAPIV3Schema: {
          readonly properties: {
            readonly status: { readonly default?: RobustMQCluster['status'] };
          };
        };
      };
    }[];
  };
}
