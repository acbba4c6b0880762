import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { RESOURCE } from '../definition.ts';
import { startCluster, type OwnCluster } from '../cluster/own-cluster.ts';
import { kubectlOf, type Kubectl } from '../kubectl.ts';
import { buildParts } from '../parts/build.ts';
import { API_PARTS } from '../parts/parts.ts';
import { FULL, RIGHT, WRONG_CHANGES, WRONG_SPECS, type WrongSpec } from './wrong-specs.ts';

const CRDS = join(import.meta.dirname, '..', '..', '..', 'crds');

/** The two ways in which people and tools apply. */
const WAYS = [
  { way: 'kubectl apply', args: ['apply'] },
  { way: 'server-side apply', args: ['apply', '--server-side'] },
];

const objectOf = (meta: object, name = 'sample'): object => ({
  apiVersion: 'robustmq.io/v1alpha1',
  kind: 'RobustMQCluster',
  metadata: { name, namespace: 'default' },
  spec: { meta: { ...RIGHT, ...meta } },
});

/** Nothing acts on it here: what is said comes from the API server alone. */
describe('the resource, on a real API server', () => {
  let cluster: OwnCluster;
  let kubectl: Kubectl;

  before(async () => {
    const programs = await buildParts(API_PARTS);
    const name = randomBytes(4).toString('hex');
    cluster = await startCluster({ name, programs, nodes: 0, images: [] }, () => undefined);
    kubectl = kubectlOf(programs.kubectl, cluster.run.kubeconfig);
    kubectl('apply', '-f', CRDS);
    kubectl('wait', '--for=condition=Established', `crd/${RESOURCE}`);
  });
  after(() => cluster.end());

  const assertRefused = (args: readonly string[], { meta, name, says }: WrongSpec): void => {
    const { ok, said } = kubectl.attempt(args, objectOf(meta, name));
    assert.equal(ok, false, said);
    assert.match(said, says);
  };

  for (const { way, args } of WAYS) {
    describe(`refuses by ${way}`, () => {
      for (const wrong of WRONG_SPECS) it(wrong.what, () => assertRefused(args, wrong));
    });
  }

  describe('takes what is right', () => {
    for (const [at, { way, args }] of WAYS.entries()) {
      it(`by ${way}, and refuses changes that cannot be made`, () => {
        const name = `changed-${at}`;
        const { ok, said } = kubectl.attempt(args, objectOf({}, name));
        assert.ok(ok, said);
        for (const wrong of WRONG_CHANGES) assertRefused(args, { ...wrong, name });
      });
    }

    it('with everything that can be said', () => {
      const { ok, said } = kubectl.attempt(['apply'], objectOf(FULL, 'full'));
      assert.ok(ok, said);
    });

    it('and no version below what all members have run', () => {
      const status = { status: { version: '0.1.0' } };
      const patch = ['--subresource=status', '--type=merge', '-p', JSON.stringify(status)];
      assert.ok(kubectl.attempt(['apply'], objectOf({})).ok);
      kubectl('patch', RESOURCE, 'sample', ...patch);
      assertRefused(['apply'], {
        what: 'an older version',
        meta: { version: '0.0.9' },
        says: /is older than status.version/,
      });
    });

    it('and scales it', () => {
      kubectl('scale', RESOURCE, 'sample', '--replicas=5');
      assert.equal(kubectl('get', 'rmq', 'sample', '-o=jsonpath={.spec.meta.replicas}'), '5');
    });
  });
});
