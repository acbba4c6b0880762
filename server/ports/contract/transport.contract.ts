import assert from 'node:assert/strict';
import { EMPTY_CONFIGURATION } from '../../raft/membership/configuration.ts';
import { toIndex, toMemberId, toTerm } from '../../raft/ids.ts';
import type { Message } from '../../raft/message.ts';
import type { Outcome } from '../outcome.ts';
import { StorageError } from '../outcome.ts';
import type { SnapshotSource } from '../snapshot-source.ts';
import type { Envelope, Transport, TransportHandler } from '../transport.ts';
import { valueOf } from './call.contract.ts';

/** Two members, `one` (id 1) and `two` (id 2), that can reach each other. */
export interface TransportBench {
  /** How `one` sends. */
  readonly transport: Transport;
  /** `two` goes away without a word. */
  loseReceiver(): void | Promise<void>;
  dispose(): void | Promise<void>;
}

const FROM_ONE = { from: toMemberId(1), to: toMemberId(2), term: toTerm(3) };

const toTwo = (message: Message, directory = 'two'): Envelope => ({
  cluster: 'cluster',
  directory,
  source: 'one',
  message,
});

const snapshot = {
  index: toIndex(9),
  term: toTerm(2),
  configuration: EMPTY_CONFIGURATION,
  configurationIndex: toIndex(0),
};

/** A body of these chunks, then its end or an error. Counts how often it was closed. */
function bodyOf(
  chunks: readonly string[],
  end: Outcome<undefined> = { ok: true, value: undefined },
): { source: SnapshotSource; closed: () => number } {
  const left = [...chunks];
  let closed = 0;
  const source: SnapshotSource = {
    position: snapshot,
    next: (done) => {
      const chunk = left.shift();
      setImmediate(() => {
        if (closed > 0) return;
        done(chunk === undefined ? end : { ok: true, value: new TextEncoder().encode(chunk) });
      });
    },
    close: () => (closed += 1),
  };
  return { source, closed: () => closed };
}

/** Pulls a body to its end. */
async function textOf(body: SnapshotSource): Promise<string> {
  let text = '';
  for (;;) {
    const chunk = await valueOf<Uint8Array | undefined>((done) => body.next(done));
    if (chunk === undefined) return text;
    text += new TextDecoder().decode(chunk);
  }
}

/** What every transport must do. `createBench` hands `handler` what reaches `two`. */
export function transportContract(
  name: string,
  createBench: (handler: TransportHandler) => TransportBench | Promise<TransportBench>,
): void {
  describe(`${name} as a transport`, () => {
    let bench: TransportBench;
    let received: Envelope[];
    let whenReceived: () => void;
    let onSnapshot: TransportHandler['receiveSnapshot'];

    beforeEach(async () => {
      received = [];
      whenReceived = () => undefined;
      onSnapshot = (_envelope, body, done) => {
        body.close();
        done(false);
      };
      bench = await createBench({
        receive: (envelope) => {
          received.push(envelope);
          whenReceived();
        },
        receiveSnapshot: (envelope, body, done) => onSnapshot(envelope, body, done),
        reachable: () => undefined,
      });
    });
    afterEach(async () => {
      await bench.dispose();
    });

    /** Sends until the last of them has arrived: a transport may lose what it has no connection for yet. */
    const send = async (...messages: readonly Message[]): Promise<void> => {
      const repeat = (): void => {
        for (const message of messages) bench.transport.send(toTwo(message));
      };
      await new Promise<void>((resolve) => {
        const timer = setInterval(repeat, 100);
        whenReceived = () => {
          if (received.length < messages.length) return;
          clearInterval(timer);
          resolve();
        };
        repeat();
        assert.deepEqual(received, [], 'nothing arrives inside send');
      });
    };
    const sendSnapshot = (envelope: Envelope, body: SnapshotSource): Promise<boolean> =>
      new Promise((resolve, reject) => {
        let returned = false;
        bench.transport.sendSnapshot(envelope, body, (delivered) => {
          if (returned) resolve(delivered);
          else reject(new Error('answered before the call returned'));
        });
        returned = true;
      });

    it('delivers messages as they were sent', async () => {
      const entries = [
        { index: toIndex(5), term: toTerm(3), kind: 'noop', data: new Uint8Array(0) },
        { index: toIndex(6), term: toTerm(3), kind: 'command', data: Uint8Array.of(0, 255, 7) },
      ] as const;
      const append: Message = {
        ...FROM_ONE,
        kind: 'append',
        previous: { index: toIndex(4), term: toTerm(2) },
        entries,
        commit: toIndex(4),
      };
      const request: Message = { ...FROM_ONE, kind: 'readRequest', context: 2 ** 52 + 1 };
      await send(append, request);
      const first = received.find(({ message }) => message.kind === 'append');
      const second = received.find(({ message }) => message.kind === 'readRequest');
      assert(first?.message.kind === 'append');
      // Data may come as a view of what was received.
      const data = first.message.entries.map((entry) => [...entry.data]);
      assert.deepEqual(data, [[], [0, 255, 7]]);
      const bare = { ...first.message, entries };
      assert.deepEqual({ ...first, message: bare }, toTwo(append));
      assert.deepEqual(second, toTwo(request));
    });

    it('drops what it cannot deliver', async () => {
      bench.transport.send(toTwo({ ...FROM_ONE, kind: 'timeoutNow' }, 'nobody'));
      await send({ ...FROM_ONE, kind: 'removed' });
      assert(received.every(({ directory }) => directory === 'two'));
    });

    it('delivers a snapshot with its body, chunk by chunk', async () => {
      let text: string | undefined;
      let envelope: Envelope | undefined;
      onSnapshot = (came, body, done) => {
        envelope = came;
        assert.equal(body.position.index, snapshot.index);
        void textOf(body).then((whole) => {
          text = whole;
          done(true);
        });
      };
      const body = bodyOf(['ab', 'c', 'def']);
      const sent = toTwo({ ...FROM_ONE, kind: 'snapshot', snapshot });
      assert.equal(await sendSnapshot(sent, body.source), true);
      assert.deepEqual({ text, envelope }, { text: 'abcdef', envelope: sent });
      assert(body.closed() > 0);
    });

    it('says when the receiver does not take a snapshot', async () => {
      const body = bodyOf(['ab', 'c']);
      const sent = toTwo({ ...FROM_ONE, kind: 'snapshot', snapshot });
      assert.equal(await sendSnapshot(sent, body.source), false);
      assert(body.closed() > 0);
    });

    it('says when there is no receiver', async () => {
      const body = bodyOf(['ab']);
      const sent = toTwo({ ...FROM_ONE, kind: 'snapshot', snapshot }, 'nobody');
      assert.equal(await sendSnapshot(sent, body.source), false);
      assert(body.closed() > 0);
    });

    it('says when the receiver goes away before it has answered', async () => {
      const body = bodyOf(['ab', 'c']);
      onSnapshot = () => void bench.loseReceiver();
      const sent = toTwo({ ...FROM_ONE, kind: 'snapshot', snapshot });
      assert.equal(await sendSnapshot(sent, body.source), false);
      assert(body.closed() > 0);
    });

    it('lets the receiver know that a body broke off', async () => {
      const error = new StorageError('failed', 'unreadable');
      const body = bodyOf(['ab'], { ok: false, error });
      let failed = false;
      onSnapshot = (_envelope, came, done) => {
        textOf(came).catch(() => {
          failed = true;
          done(false);
        });
      };
      const sent = toTwo({ ...FROM_ONE, kind: 'snapshot', snapshot });
      assert.equal(await sendSnapshot(sent, body.source), false);
      assert(failed);
      assert(body.closed() > 0);
    });
  });
}
