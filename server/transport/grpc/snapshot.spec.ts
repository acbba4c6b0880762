import assert from 'node:assert/strict';
import { crc32 } from 'node:zlib';
import { status } from '@grpc/grpc-js';
import { PeerServiceService } from '../../../proto/gen/robustmq/raft/v1/raft.ts';
import type { InstallSnapshotResponse } from '../../../proto/gen/robustmq/raft/v1/raft.ts';
import type { Outcome } from '../../ports/outcome.ts';
import type { SnapshotSource } from '../../ports/snapshot-source.ts';
import type { Envelope, TransportHandler } from '../../ports/transport.ts';
import { toIndex, toMemberId, toTerm } from '../../raft/ids.ts';
import { EMPTY_CONFIGURATION } from '../../raft/membership/configuration.ts';
import { insecureCredentials } from './credentials.ts';
import { greetingOf } from './greeting.ts';
import { messageBytesMax, writeMessage } from './message-codec.ts';
import { DEFAULT_TRANSPORT_OPTIONS } from './options.ts';
import type { SnapshotOptions } from './options.ts';
import { openPeerCall } from './peer-call.ts';
import type { CallEnd } from '../../rpc/call-end.ts';
import { createEvents } from './testing/event.ts';
import type { Events } from './testing/event.ts';
import { startProxy } from './testing/proxy.ts';
import type { TestProxy } from './testing/proxy.ts';
import { introduce, startPeer } from './testing/test-peer.ts';
import type { TestPeer } from './testing/test-peer.ts';
import { createWireWriter, written } from './wire-writer.ts';

const position = {
  index: toIndex(9),
  term: toTerm(2),
  configuration: EMPTY_CONFIGURATION,
  configurationIndex: toIndex(0),
};

const envelope: Envelope = {
  cluster: 'cluster',
  directory: 'two',
  source: 'one',
  message: {
    kind: 'snapshot',
    from: toMemberId(1),
    to: toMemberId(2),
    term: toTerm(3),
    snapshot: position,
  },
};

const CHUNK_BYTES = 16 << 10;

/** A body of so many chunks, each filled with its number. */
function bodyOf(count: number): { source: SnapshotSource; read(): number; closed(): number } {
  let read = 0;
  let closed = 0;
  return {
    read: () => read,
    closed: () => closed,
    source: {
      position,
      next: (done) => {
        setImmediate(() => {
          if (closed > 0) return;
          const value = read < count ? Buffer.alloc(CHUNK_BYTES, read & 0xff) : undefined;
          if (value !== undefined) read += 1;
          done({ ok: true, value });
        });
      },
      close: () => (closed += 1),
    },
  };
}

const pull = (body: SnapshotSource): Promise<Outcome<Uint8Array | undefined>> =>
  new Promise((resolve) => {
    body.next(resolve);
  });

/** Takes a body to its end: the numbers of its chunks, or its error. */
async function numbersOf(body: SnapshotSource): Promise<readonly number[] | Error> {
  const numbers: number[] = [];
  for (;;) {
    const outcome = await pull(body);
    if (!outcome.ok) return outcome.error;
    if (outcome.value === undefined) return numbers;
    const [first] = outcome.value;
    assert(outcome.value.every((byte) => byte === first));
    numbers.push(first!);
  }
}

const upTo = (count: number): readonly number[] => Array.from({ length: count }, (_, at) => at);

describe('a snapshot on its way', () => {
  let disposals: (() => unknown)[];
  let one: TestPeer;
  let two: TestPeer;
  let onSnapshot: TransportHandler['receiveSnapshot'];

  const start = async (options: Partial<SnapshotOptions> = {}): Promise<void> => {
    const snapshot = { ...DEFAULT_TRANSPORT_OPTIONS.snapshot, ...options };
    const setup = { options: { snapshot, backoffMinMs: 1, backoffMaxMs: 4 } };
    one = await startPeer({ directory: 'one', member: 1, ...setup });
    const handler: Partial<TransportHandler> = {
      receiveSnapshot: (came, body, done) => onSnapshot(came, body, done),
    };
    two = await startPeer({ directory: 'two', member: 2, handler, ...setup });
    disposals.push(
      () => one.dispose(),
      () => two.dispose(),
    );
    introduce(one, two);
  };
  const through = async (
    onBytes: (bytes: number, proxy: TestProxy) => void,
  ): Promise<TestProxy> => {
    const proxy = await startProxy(two.announcement().peerAddress, onBytes);
    disposals.push(() => proxy.close());
    one.book.replicated({ ...two.announcement(), peerAddress: proxy.address });
    return proxy;
  };
  const send = (body: SnapshotSource): Promise<boolean> =>
    new Promise((resolve) => {
      one.transport.transport.sendSnapshot(envelope, body, resolve);
    });
  /** From now on bodies are taken to their end. */
  const takeAll = (): { taken: (readonly number[] | Error)[] } => {
    const taken: (readonly number[] | Error)[] = [];
    onSnapshot = (_envelope, body, done) => {
      void numbersOf(body).then((numbers) => {
        taken.push(numbers);
        body.close();
        done(!(numbers instanceof Error));
      });
    };
    return { taken };
  };

  beforeEach(() => {
    disposals = [];
  });
  afterEach(async () => {
    for (const dispose of disposals) await dispose();
  });

  it('goes on where the receiver has it when the connection is cut', async () => {
    // One break is allowed, and progress makes up for it.
    await start({ windowBytes: 4 * CHUNK_BYTES, resumesMax: 1 });
    const { taken } = takeAll();
    let cuts = 0;
    const proxy = await through((bytes, itself) => {
      if (bytes < (cuts + 1) * 20 * CHUNK_BYTES || cuts === 3) return;
      cuts += 1;
      itself.cut();
    });
    const body = bodyOf(100);
    assert.equal(await send(body.source), true);
    assert.deepEqual(taken, [upTo(100)]);
    // Each byte was read once, though the stream broke three times.
    assert.deepEqual([cuts, proxy.connections(), body.read()], [3, 4, 100]);
    assert(body.closed() > 0);
  });

  it('is given up after so many breaks without progress', async () => {
    await start({ resumesMax: 3, resumeMs: 30 });
    const { taken } = takeAll();
    const proxy = await through((bytes, itself) => {
      if (bytes > 8 * CHUNK_BYTES) itself.cut();
    });
    assert.equal(await send(bodyOf(1000).source), false);
    assert(proxy.connections() >= 4);
    // The receiver waits for its sender a while, then its body breaks off.
    while (taken.length === 0) await new Promise((resolve) => setImmediate(resolve));
    assert(taken[0] instanceof Error);
    assert.match(taken[0].message, /did not come back/);
  });

  it('is given up when the receiver takes nothing for too long, and waits in bounded memory', async () => {
    await start({ stallMs: 100, windowBytes: 4 * CHUNK_BYTES });
    onSnapshot = () => undefined;
    const body = bodyOf(1000);
    assert.equal(await send(body.source), false);
    assert.equal(body.read(), 4);
    assert(body.closed() > 0);
  });

  it('is given up when nothing reaches the receiver any more', async () => {
    await start({ stallMs: 100 });
    takeAll();
    await through((bytes, itself) => {
      if (bytes > 4 * CHUNK_BYTES) itself.stall();
    });
    assert.equal(await send(bodyOf(1000).source), false);
  });

  it('gives way to a newer one', async () => {
    await start();
    const bodies = createEvents<SnapshotSource>();
    const answers: ((accepted: boolean) => void)[] = [];
    onSnapshot = (_envelope, body, done) => {
      answers.push(done);
      bodies.add(body);
    };
    const first = send(bodyOf(10).source);
    const old = await bodies.next();
    const second = send(bodyOf(3).source);
    assert.equal(await first, false);
    const broken = await numbersOf(old);
    assert(broken instanceof Error);
    assert.match(broken.message, /newer snapshot/);
    assert.deepEqual(bodies.rest(), [], 'one at a time');
    answers[0]!(false);
    assert.deepEqual(await numbersOf(await bodies.next()), upTo(3));
    answers[1]!(true);
    assert.equal(await second, true);
  });

  it('gives way to a newer one, though the receiver cannot be reached', async () => {
    await start();
    await through((_bytes, itself) => itself.stall());
    const first = send(bodyOf(10).source);
    const second = send(bodyOf(10).source);
    assert.equal(await first, false);
    // As closing gives up what is under way.
    await one.transport.close();
    assert.equal(await second, false);
  });

  it('takes no more bytes a second than it may', async () => {
    await start({ bytesPerSecond: 20 * CHUNK_BYTES * 5 });
    const { taken } = takeAll();
    const startMs = performance.now();
    assert.equal(await send(bodyOf(20).source), true);
    const tookMs = performance.now() - startMs;
    assert.deepEqual(taken, [upTo(20)]);
    assert(tookMs > 150, `200 ms of bytes in ${tookMs} ms`);
  });

  describe('as a receiver sees it', () => {
    interface SnapshotCall {
      write(request: Requests): void;
    }
    let ends: Events<CallEnd>;
    let responses: Events<InstallSnapshotResponse['kind']>;
    type Requests = Parameters<typeof PeerServiceService.installSnapshot.requestSerialize>[0];

    beforeEach(() => {
      ends = createEvents();
      responses = createEvents();
    });

    const open = (transferId: string, firstSequence = 0): SnapshotCall => {
      const call = openPeerCall(
        { credentials: insecureCredentials(), options: DEFAULT_TRANSPORT_OPTIONS },
        PeerServiceService.installSnapshot,
        two.announcement().peerAddress,
        {
          response: ({ kind }) => responses.add(kind),
          drained: () => undefined,
          ended: ends.add,
        },
      );
      disposals.push(() => call.close());
      const writer = createWireWriter(messageBytesMax(envelope.message));
      writeMessage(writer, envelope.message);
      const greeting = greetingOf({ self: () => one.announcement(), incarnation: 0 }, 'two');
      const message = written(writer);
      const value = { greeting, transferId, clusterId: 'cluster', message, firstSequence };
      const write = (request: Requests): void =>
        call.write(PeerServiceService.installSnapshot.requestSerialize(request));
      write({ kind: { $case: 'begin', value } });
      return { write };
    };
    const chunk = (sequence: number, checksum?: number): Requests => {
      const data = Buffer.alloc(8, sequence);
      const value = { sequence, checksum: checksum ?? crc32(data), data };
      return { kind: { $case: 'chunk', value } };
    };

    it('refuses a damaged chunk, and takes the whole one after', async () => {
      await start();
      const { taken } = takeAll();
      const call = open('transfer');
      assert.deepEqual(await responses.next(), { $case: 'nextSequence', value: 0 });
      call.write(chunk(0));
      assert.deepEqual(await responses.next(), { $case: 'nextSequence', value: 1 });
      call.write(chunk(1, 12_345));
      assert.equal((await ends.next()).code, status.DATA_LOSS);
      const again = open('transfer', 1);
      assert.deepEqual(await responses.next(), { $case: 'nextSequence', value: 1 });
      again.write(chunk(1));
      again.write({ kind: { $case: 'end', value: { chunks: 2, failed: false } } });
      assert.deepEqual(await responses.next((kind) => kind?.$case === 'accepted'), {
        $case: 'accepted',
        value: true,
      });
      assert.deepEqual(taken, [[0, 1]]);
    });

    it('refuses a chunk out of order, an end too early, and what it never heard of', async () => {
      await start();
      takeAll();
      open('gap').write(chunk(1));
      assert.equal((await ends.next()).code, status.ABORTED);
      const end = { kind: { $case: 'end', value: { chunks: 1, failed: false } } } as const;
      open('short').write(end);
      assert.equal((await ends.next()).code, status.ABORTED);
      open('unknown', 7);
      assert.equal((await ends.next()).code, status.ABORTED);
    });
  });
});
