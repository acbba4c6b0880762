import assert from 'node:assert/strict';
import { StorageError } from '../ports/outcome.ts';
import type { Boot } from '../raft/boot.ts';
import type { Effect } from '../raft/effect.ts';
import { ORIGIN, toIndex, toMemberId, toTerm } from '../raft/ids.ts';
import type { Message } from '../raft/message.ts';
import { DEFAULT_OPTIONS } from '../raft/options.ts';
import { createEngine } from './engine.ts';
import type { End } from './engine.ts';

const IDS = [1, 2, 3].map(toMemberId);
const TERM = toTerm(1);

const boot: Boot = {
  id: toMemberId(1),
  hardState: { term: toTerm(0), vote: undefined },
  state: {
    ...ORIGIN,
    configuration: {
      members: IDS.map((id) => ({ id, directory: `d${id}`, priority: 0, standing: 'voter' })),
      outgoing: [],
      nextMemberId: toMemberId(4),
      trust: 'earlyCampaign',
    },
    configurationIndex: toIndex(0),
  },
  log: { base: ORIGIN, terms: [], last: toIndex(0) },
  entries: [],
  seed: 1,
};

/** An engine whose `carryOut` may fail, and what was asked of it. */
function createBench(carryOut: (effect: Effect) => void = () => undefined) {
  const carried: Effect[] = [];
  const ends: End[] = [];
  let nowMs = 0;
  const engine = createEngine(
    { boot, core: DEFAULT_OPTIONS, clock: { nowMs: () => nowMs }, observer: {} },
    {
      effect: (effect) => {
        carried.push(effect);
        carryOut(effect);
      },
      ended: (end) => ends.push(end),
    },
  );
  const receive = (message: Pick<Message, 'kind' | 'from' | 'term'> & object): void =>
    engine.feed({ kind: 'message', message: { ...message, to: boot.id } as Message });
  const answer = (kind: 'preVoteReply' | 'voteReply'): void =>
    receive({ kind, from: toMemberId(2), term: TERM, granted: true } as Message);
  return {
    engine,
    carried,
    ends,
    /** Wins term 1: the step that makes it a leader writes, sends, and tells of the role. */
    lead: (): void => {
      nowMs += 100;
      engine.feed({ kind: 'tick' });
      answer('preVoteReply');
      const token = { sequence: 1, term: TERM, through: ORIGIN } as never;
      engine.feed({ kind: 'persisted', token });
      carried.length = 0;
      answer('voteReply');
    },
    kinds: (): readonly string[] => carried.map(({ kind }) => kind),
  };
}

describe('An engine', () => {
  it('carries out every effect of a step, in order', () => {
    const { lead, kinds, ends } = createBench();
    lead();
    assert.deepEqual(kinds(), ['persist', 'send', 'send', 'roleChanged']);
    assert.deepEqual(ends, []);
  });

  it('without storage carries out nothing but what is sent, and ends', () => {
    const error = new StorageError('failed', 'broken');
    let writes = 0;
    const { engine, lead, kinds, ends } = createBench((effect) => {
      if (effect.kind === 'persist' && (writes += 1) === 2) throw error;
    });
    lead();
    assert.deepEqual(kinds(), ['persist', 'send', 'send']);
    assert.deepEqual(ends, [{ kind: 'failed', error }]);
    assert.equal(engine.raft.role.kind, 'halted');
    engine.feed({ kind: 'tick' });
    assert.equal(kinds().length, 3);
  });

  it('that breaks takes nothing more', () => {
    const error = new Error('no failure of the storage');
    const { engine, lead, kinds, ends } = createBench((effect) => {
      if (effect.kind === 'roleChanged' && effect.role === 'leader') throw error;
    });
    assert.throws(lead, error);
    assert.deepEqual(ends, [{ kind: 'broken', error }]);
    engine.feed({ kind: 'tick' });
    assert.equal(kinds().length, 4);
  });
});
