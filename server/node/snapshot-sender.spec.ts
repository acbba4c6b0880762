import assert from 'node:assert/strict';
import type { StateStore } from '../ports/state-store.ts';
import type { SnapshotSource } from '../ports/snapshot-source.ts';
import type { Envelope } from '../ports/transport.ts';
import { EMPTY_CONFIGURATION } from '../raft/membership/configuration.ts';
import { toIndex, toMemberId, toTerm } from '../raft/ids.ts';
import { createSnapshotSender } from './snapshot-sender.ts';

const POSITION = {
  index: toIndex(9),
  term: toTerm(2),
  configuration: EMPTY_CONFIGURATION,
  configurationIndex: toIndex(0),
};

function createBench() {
  const transcript: string[] = [];
  const envelopes: Envelope[] = [];
  const bodies: SnapshotSource[] = [];
  const running: ((delivered: boolean) => void)[] = [];
  const deferred: (() => void)[] = [];
  const state = {
    snapshot: () => ({
      position: { ...POSITION, installed: true },
      next: () => transcript.push('next'),
      close: () => transcript.push('close'),
    }),
  } as Partial<StateStore> as StateStore;
  const sender = createSnapshotSender(
    {
      state,
      transport: {
        send: () => undefined,
        sendSnapshot: (envelope, body, done) => {
          envelopes.push(envelope);
          bodies.push(body);
          running.push(done);
        },
      },
      defer: (task) => deferred.push(task),
    },
    toMemberId(1),
    (message) =>
      message.to > 5
        ? undefined
        : { cluster: 'c', directory: `d${message.to}`, source: 'd1', message },
    (input) => {
      if (input.kind !== 'snapshotSent') return;
      const { to, term, index, delivered } = input;
      transcript.push(`sent to ${to} in ${term}: ${delivered ? index : 'no'}`);
    },
  );
  return {
    sender,
    transcript,
    envelopes,
    bodies,
    running,
    settle: (): void => {
      for (const task of deferred.splice(0)) task();
    },
    send: (to: number, term: number): void =>
      sender.send({ kind: 'sendSnapshot', to: toMemberId(to), term: toTerm(term) }),
  };
}

describe('The snapshot sender', () => {
  it('announces what it sends, and reports how it ended', () => {
    const { send, envelopes, running, transcript } = createBench();
    send(2, 4);
    assert.deepEqual(envelopes[0]?.message, {
      kind: 'snapshot',
      from: 1,
      to: 2,
      term: 4,
      snapshot: POSITION,
    });
    running[0]?.(true);
    send(2, 4);
    running[1]?.(false);
    assert.deepEqual(transcript, ['close', 'sent to 2 in 4: 9', 'close', 'sent to 2 in 4: no']);
  });

  it('sends one at a time to each member', () => {
    const { send, envelopes, settle, running, transcript } = createBench();
    send(2, 4);
    send(3, 4);
    send(2, 5);
    assert.deepEqual({ sent: envelopes.length, transcript }, { sent: 2, transcript: [] });
    settle();
    assert.deepEqual(transcript, ['sent to 2 in 5: no']);
    running[0]?.(true);
    send(2, 5);
    assert.equal(envelopes.length, 3);
  });

  it('breaks off what receivers of a later term would not take', () => {
    const { sender, send, bodies, settle, transcript } = createBench();
    const pull = (at: number): void =>
      bodies[at]?.next((outcome) => transcript.push(outcome.ok ? 'ok' : outcome.error.message));
    send(2, 4);
    send(3, 5);
    sender.leads(toTerm(5));
    pull(0);
    pull(1);
    settle();
    assert.deepEqual(transcript.splice(0), ['next', 'another term began']);
    sender.leads(undefined);
    pull(1);
    settle();
    assert.deepEqual(transcript, ['another term began']);
  });

  it('tells who had a state replaced that nothing came of it when it stops, once', () => {
    const { sender, running, transcript } = createBench();
    sender.rebuild(toMemberId(2), toTerm(4), (delivered) => transcript.push(`${delivered}`));
    sender.stop();
    assert.deepEqual(transcript, ['close', 'false']);
    running[0]?.(true);
    assert.deepEqual(transcript, ['close', 'false']);
  });

  it('reports later that it does not know where to', () => {
    const { send, settle, transcript } = createBench();
    send(6, 4);
    assert.deepEqual(transcript, ['close']);
    settle();
    assert.deepEqual(transcript, ['close', 'sent to 6 in 4: no']);
  });

  it('breaks off what runs, and reports nothing, at the end', () => {
    const { sender, send, running, transcript } = createBench();
    send(2, 4);
    sender.stop();
    running[0]?.(false);
    assert.deepEqual(transcript, ['close']);
  });
});
