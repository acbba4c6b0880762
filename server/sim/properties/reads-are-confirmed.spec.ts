import type { Effect } from '../../raft/effect.ts';
import { toIndex } from '../../raft/ids.ts';
import type { Input } from '../../raft/input.ts';
import type { Message } from '../../raft/message.ts';
import { DEFAULT_OPTIONS } from '../../raft/options.ts';
import { describeProperty } from './cases.contract.ts';
import { readsAreConfirmed } from './reads-are-confirmed.ts';
import {
  configuration,
  header,
  leader,
  placed,
  position,
  received,
  send,
  stepped,
} from './testing/observations.ts';

const { electionTimeoutMs, leaseMarginMs } = DEFAULT_OPTIONS;

const heartbeat = (round: number): Effect =>
  send({ kind: 'heartbeat', ...header(1, 2, 2), round, commit: position(1, 2) });
const reply = (from: number, round: number, lease = false): Input =>
  received({
    kind: 'heartbeatReply',
    ...header(from, 1, 2),
    round,
    lease,
    last: toIndex(1),
    spaceLow: false,
  });
const read: Input = { kind: 'read', context: 7 };
const ready: Effect = { kind: 'readReady', context: 7, index: toIndex(1) };
const request: Message = { kind: 'readRequest', ...header(3, 1, 2), context: 7 };
const answer: Effect = send({
  kind: 'readReply',
  ...header(1, 3, 2),
  context: 7,
  index: toIndex(1),
});
const timeoutNow: Effect = send({ kind: 'timeoutNow', ...header(1, 2, 2) });

interface Now {
  readonly voters?: readonly number[];
  readonly trust?: 'lease';
  readonly nowMs?: number;
  readonly commit?: number;
}

/** A step of member 1, the leader of term 2 since entry 1. */
const leads = (
  input: Input,
  effects: readonly Effect[] = [],
  now: Now = {},
): ReturnType<typeof stepped> => {
  const { voters = [1, 2, 3], trust, nowMs = 0, commit = 1 } = now;
  const of = configuration(voters, trust === undefined ? {} : { trust });
  return stepped(
    { term: 2, terms: [2], commit, nowMs, role: leader(1), configurations: [placed(0, of)] },
    effects,
    input,
  );
};
const tick: Input = { kind: 'tick' };
const lease = { trust: 'lease' } as const;

describeProperty(readsAreConfirmed, {
  breaks: {
    'a read answered at once': [leads(tick), leads(read, [ready])],
    'a read answered by a round from before it arrived': [
      leads(tick, [heartbeat(1)]),
      leads(read),
      leads(reply(2, 1), [ready]),
    ],
    'a read answered by a minority of five': [
      leads(read, [heartbeat(1)], { voters: [1, 2, 3, 4, 5] }),
      leads(reply(2, 1), [ready], { voters: [1, 2, 3, 4, 5] }),
    ],
    'a follower’s read answered at once': [leads(tick), leads(received(request), [answer])],
    'a read before the first entry of the term is committed': [
      leads(read, [heartbeat(1)], { commit: 0 }),
      leads(reply(2, 1), [ready], { commit: 0 }),
    ],
    'an answer to nobody': [leads(tick, [ready])],
    'a context used twice': [leads(read), stepped({ incarnation: 2 }, [], read)],
    'a lease that nobody has promised': [
      leads(tick, [heartbeat(1)], lease),
      leads(reply(2, 1, false), [], lease),
      leads(read, [ready], lease),
    ],
    'a lease that has run out': [
      leads(tick, [heartbeat(1)], lease),
      leads(reply(2, 1, true), [], lease),
      leads(read, [ready], { ...lease, nowMs: electionTimeoutMs - leaseMarginMs }),
    ],
    'a lease given up by TimeoutNow': [
      leads(tick, [heartbeat(1)], lease),
      leads(reply(2, 1, true), [timeoutNow], lease),
      leads(read, [ready], lease),
    ],
  },
  holds: {
    'a read answered by a later round': [
      leads(tick, [heartbeat(1)]),
      leads(read, [heartbeat(2)]),
      leads(reply(2, 1)),
      leads(reply(3, 2), [ready]),
    ],
    'a follower’s read, asked and answered twice': [
      leads(received(request), [heartbeat(1)]),
      leads(received(request), []),
      leads(reply(2, 1), [answer]),
      leads(reply(2, 1), [answer]),
    ],
    'a single voter': [leads(read, [ready], { voters: [1] })],
    'a read under a lease': [
      leads(tick, [heartbeat(1)], lease),
      leads(reply(2, 1, true), [], lease),
      leads(read, [ready], { ...lease, nowMs: electionTimeoutMs - leaseMarginMs - 1 }),
    ],
    'a follower that gets its answer': [
      stepped({ id: 3 }, [send(request)], read),
      stepped(
        { id: 3 },
        [ready],
        received({ kind: 'readReply', ...header(1, 3, 2), context: 7, index: toIndex(1) }),
      ),
    ],
  },
});
