import { deepStrictEqual, rejects } from 'node:assert/strict';
import { sampleCluster } from '../api/testing/sample-cluster.ts';
import type { Writer } from '../kube/api.ts';
import { KubeError } from '../kube/kube-error.ts';
import { forgetRefusal, noteRefusedChange, seenRefusals } from './refusals.ts';
import type { RefusalMemory } from './refusals.ts';

const NAME = 'data-demo-meta-0';
const GROWTH = { kind: 'grow-volume', volume: NAME, resourceVersion: '9' } as const;
const KEY = `grow-volume ${NAME}`;

/** An API server that answers a try with nothing or an error, and what it was asked. */
function createServer(answer: () => void, volumes: readonly string[] = [NAME]) {
  const memory: RefusalMemory = new Map();
  const asked: unknown[] = [];
  const writer: Pick<Writer, 'apply'> = {
    apply: (_resource, object, { name }, options) => {
      asked.push([name, options]);
      return new Promise((resolve) => {
        answer();
        resolve(object);
      });
    },
  };
  const cluster = sampleCluster();
  const seenAt = (second: number, generation = 1): ReturnType<typeof seenRefusals> => {
    const metadata = { ...cluster.metadata, generation };
    return seenRefusals(
      writer,
      { memory, steadyMs: second * 1_000 },
      {
        context: {
          cluster: { ...cluster, metadata },
          installation: { imageRepository: 'a/meta', namespace: 'operators', podLabels: {} },
        },
        objects: {
          statefulSet: undefined,
          volumes: volumes.map((name) => ({ ordinal: 0, object: { metadata: { name } } })),
        },
      },
    );
  };
  const note = (second: number, refusal = 'exceeded quota'): void =>
    noteRefusedChange({ memory, steadyMs: second * 1_000 }, 1, GROWTH, refusal);
  return { asked, memory, seenAt, note };
}

const refuse = (): never => {
  throw new KubeError('refused', 'PATCH /x', undefined, 'still no room');
};

describe('a change that was refused', () => {
  it('is told, and tried out again ever less often, which changes nothing', async () => {
    const { asked, note, seenAt } = createServer(refuse);
    note(0);
    deepStrictEqual(await seenAt(1), { [KEY]: 'exceeded quota' });
    const askedAt: number[] = [];
    for (let second = 1; second < 130; second++) {
      const before = asked.length;
      await seenAt(second);
      if (asked.length > before) askedAt.push(second);
    }
    deepStrictEqual(askedAt, [2, 6, 14, 30, 60, 90, 120]);
    deepStrictEqual(asked[0], [NAME, { dryRun: true }]);
    deepStrictEqual(await seenAt(130), { [KEY]: 'still no room' });
  });

  it('is told no more once it would be taken, and not tried out again', async () => {
    const { asked, note, seenAt } = createServer(() => undefined);
    note(0);
    deepStrictEqual([await seenAt(2), await seenAt(9), asked.length], [{}, {}, 1]);
  });

  it('is left alone for longer when it is refused although it would be taken', async () => {
    const { note, seenAt } = createServer(() => undefined);
    note(0);
    await seenAt(2);
    note(2);
    deepStrictEqual([await seenAt(5), await seenAt(6)], [{ [KEY]: 'exceeded quota' }, {}]);
  });

  it('is forgotten when it was made, when another spec is wanted, or its volume is gone', async () => {
    const { memory, note, seenAt } = createServer(refuse);
    note(0);
    forgetRefusal(memory, GROWTH);
    deepStrictEqual(await seenAt(1), {});
    note(1);
    deepStrictEqual(await seenAt(1, 2), {});
    const gone = createServer(refuse, []);
    gone.note(0);
    deepStrictEqual([await gone.seenAt(9), gone.asked], [{}, []]);
  });

  it('is not known to be while the API server does not say', async () => {
    const { note, seenAt } = createServer(() => {
      throw new KubeError('unknown', 'PATCH /x');
    });
    note(0);
    await rejects(seenAt(2), KubeError);
  });

  it('is told of in no more words than there is room for', async () => {
    const { note, seenAt } = createServer(refuse);
    note(0, 'x'.repeat(5_000));
    deepStrictEqual((await seenAt(0))[KEY]?.length, 500);
  });
});
