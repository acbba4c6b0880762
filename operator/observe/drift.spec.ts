import { deepStrictEqual, rejects } from 'node:assert/strict';
import { sampleCluster } from '../api/testing/sample-cluster.ts';
import type { Writer } from '../kube/api.ts';
import { KubeError } from '../kube/kube-error.ts';
import { SERVICES } from '../resources/kinds.ts';
import { childMetadata } from '../resources/metadata.ts';
import type { Service } from '../resources/kubernetes.ts';
import { compare, noteRefusal } from './drift.ts';
import type { Compared, DriftMemory } from './drift.ts';

const SECOND_MS = 1_000;
const AT = { namespace: 'brokers', name: 'demo-meta' } as const;
const WANTED: Service = { metadata: { name: 'demo-meta' }, spec: { clusterIP: 'None' } };
const live = (resourceVersion: string): Service => ({
  metadata: { ...childMetadata(sampleCluster(), 'demo-meta'), uid: 'a', resourceVersion },
});

/** An API server that answers a try with an object or an error, and how often it was asked. */
function createServer(answer: () => Service) {
  const memory: DriftMemory = new Map();
  const server = { asked: 0 };
  const writer: Pick<Writer, 'apply'> = {
    apply: <Shape>() => {
      server.asked++;
      return new Promise<Shape>((resolve) => resolve(answer() as Shape));
    },
  };
  const compareAt = async (
    second: number,
    found: Service | undefined,
    wanted = WANTED,
  ): Promise<Compared> =>
    compare({ writer, memory, steadyMs: second * SECOND_MS }, sampleCluster(), {
      resource: SERVICES,
      place: AT,
      live: found,
      wanted,
    });
  return { server, memory, compareAt };
}

const fail = (code: 'refused' | 'unknown', refusal?: string) => (): never => {
  throw new KubeError(code, 'PATCH /x', undefined, refusal);
};

describe('what applying would change', () => {
  it('is asked once, until the object changes', async () => {
    const { server, compareAt } = createServer(() => WANTED);
    deepStrictEqual(await compareAt(0, live('1')), { state: 'differs' });
    await compareAt(1, live('1'));
    deepStrictEqual(server.asked, 1);
    await compareAt(1, live('2'));
    deepStrictEqual(server.asked, 2);
  });

  it('is not asked of one that is missing', async () => {
    const { server, compareAt } = createServer(() => WANTED);
    deepStrictEqual(await compareAt(0, undefined), { state: 'missing' });
    deepStrictEqual(server.asked, 0);
  });

  it('is told to be refused', async () => {
    const { compareAt } = createServer(fail('refused', 'failed calling webhook'));
    const expected = { state: 'differs', refusal: 'failed calling webhook' };
    deepStrictEqual(await compareAt(0, live('1')), expected);
  });

  it('is tried out of one that is missing once it was refused, until it is not', async () => {
    const answers = [fail('refused', 'still no'), () => WANTED];
    const { server, memory, compareAt } = createServer(() => answers.shift()?.() ?? WANTED);
    noteRefusal({ memory, steadyMs: 0 }, SERVICES, AT, 'no');
    const found: unknown[] = [];
    for (const second of [1, 2, 5, 6]) found.push((await compareAt(second, undefined)).refusal);
    deepStrictEqual([found, server.asked], [['no', 'still no', 'still no', undefined], 2]);
    await compareAt(7, undefined);
    deepStrictEqual(server.asked, 2);
  });

  it('is asked ever less often while it is refused, whoever else writes to the object', async () => {
    const { server, compareAt } = createServer(fail('refused', 'invalid'));
    const askedAt: number[] = [];
    for (let second = 0; second < 130; second++) {
      const before = server.asked;
      await compareAt(second, live(`${second}`));
      if (server.asked > before) askedAt.push(second);
    }
    deepStrictEqual(askedAt, [0, 2, 6, 14, 30, 60, 90, 120]);
  });

  it('is asked at once when something else is wanted', async () => {
    const { server, compareAt } = createServer(fail('refused', 'invalid'));
    await compareAt(0, live('1'));
    await compareAt(0, live('1'), { ...WANTED, spec: {} });
    deepStrictEqual(server.asked, 2);
  });

  it('is not known while the API server does not say', async () => {
    const { compareAt } = createServer(fail('unknown'));
    await rejects(compareAt(0, live('1')), KubeError);
  });

  it('is told of in no more words than there is room for', async () => {
    const { compareAt } = createServer(fail('refused', 'x'.repeat(5_000)));
    deepStrictEqual((await compareAt(0, live('1'))).refusal?.length, 500);
  });
});
