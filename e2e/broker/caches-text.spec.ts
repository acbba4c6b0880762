import assert from 'node:assert/strict';
import { MetaServiceServiceService as Common } from '../../proto/gen/meta/common.ts';
import { readCapture } from '../replay/capture.ts';
import { capturedPushes } from '../replay/captured-pushes.ts';
import type { Attempt } from './attempt.ts';
import { canonical } from './canonical.ts';
import { EMPTY_CACHES, put } from './caches.ts';
import { textOf, unlike } from './caches-text.ts';
import type { Cached, Resource } from './resource.ts';
import { readState } from './state.ts';

const pushes = capturedPushes(readCapture('three-brokers'), { row: (_, row) => row }, 3n);
const latest = (resource: Resource): Cached<Resource> =>
  pushes.findLast((push) => push.resource === resource)!.value as Cached<Resource>;
const withRows = (...resources: Resource[]) =>
  resources.reduce((caches, name) => put(caches, name, latest(name) as never), EMPTY_CACHES);

describe('canonical text', () => {
  it('does not depend on the order of maps, and tells bytes from texts', () => {
    const one = new Map([
      [0, 'a'],
      [1, 'b'],
    ]);
    const other = new Map([...one].toReversed());
    assert.equal(canonical({ one }), canonical({ one: other }));
    assert.notEqual(canonical(1n), canonical(1));
    assert.notEqual(canonical(Uint8Array.of(1)), canonical('1'));
  });
});

describe('caches beside the state', () => {
  const all = textOf(withRows('Topic', 'Shard', 'Session'));

  it('are equal to themselves', () => assert.deepEqual(unlike(all, all), []));

  it('lack what was not pushed, unless it is never loaded', () => {
    const none = textOf(EMPTY_CACHES);
    assert.deepEqual(
      unlike(none, all).map((text) => text.replace(/\[.*\]/, '…')),
      ['Topic … is not cached', 'Shard … is not cached'],
    );
  });

  it('have what was deleted', () => {
    assert.deepEqual(
      unlike(all, textOf(withRows('Topic', 'Shard'))).map((text) => text.replace(/\[.*\]/, '…')),
      ['Session … is cached, and not stored'],
    );
  });

  it('have an older value', () => {
    const topic = { ...(latest('Topic') as Cached<'Topic'>), partition: 99 };
    const old = textOf(put(withRows('Shard', 'Session'), 'Topic', topic));
    assert.match(unlike(old, all)[0] ?? '', /"partition":99.*and stored as/);
  });

  it('are read from every list there is', async () => {
    const asked: string[] = [];
    const empty = Buffer.alloc(0);
    const state = await readState((rpc): Promise<Attempt> => {
      asked.push(rpc);
      const isStream =
        /List(Topic|Connectors|Schema|BindSchema|Tenant|NatsSubscribe|Mail|Agent|Shard|Segment|SegmentMeta|Session|Subscribe)$/;
      return Promise.resolve({ kind: 'reply', messages: isStream.test(rpc) ? [] : [empty] });
    });
    assert.equal(asked.length, 34);
    assert.equal(asked[0], Common.nodeList.path);
    assert.deepEqual(unlike(textOf(EMPTY_CACHES), textOf(state)), []);
  });
});
