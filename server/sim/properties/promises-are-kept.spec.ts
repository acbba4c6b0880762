import { toIndex, toMemberId, toTerm } from '../../raft/ids.ts';
import type { Message } from '../../raft/message.ts';
import { DEFAULT_OPTIONS } from '../../raft/options.ts';
import { describeProperty } from './cases.contract.ts';
import { promisesAreKept } from './promises-are-kept.ts';
import {
  configuration,
  header,
  persist,
  placed,
  position,
  received,
  send,
  stepped,
  voteReply,
} from './testing/observations.ts';

const heldMs = DEFAULT_OPTIONS.electionTimeoutMs - DEFAULT_OPTIONS.leaseMarginMs;
const lease = [placed(0, configuration([1, 2, 3], { trust: 'lease' }))];

const promises = (promised: boolean): ReturnType<typeof stepped> =>
  stepped({ term: 5, nowMs: 0, configurations: lease }, [
    send({
      kind: 'heartbeatReply',
      ...header(1, 2, 5),
      round: 1,
      lease: promised,
      last: toIndex(1),
      spaceLow: false,
    }),
  ]);

const vote = (transfer: boolean): Message => ({
  kind: 'vote',
  ...header(3, 1, 6),
  last: position(1, 1),
  transfer,
});
const votes = (
  atMs: number,
  { transfer = false, incarnation = 1, configurations = lease } = {},
): ReturnType<typeof stepped> =>
  stepped(
    { term: 6, nowMs: atMs, incarnation, configurations },
    [persist([], { thenSend: [voteReply(1, 3, 6)] })],
    received(vote(transfer)),
  );
const campaigns = stepped({ term: 6, nowMs: 100, configurations: lease }, [
  persist([], { hardState: { term: toTerm(6), vote: toMemberId(1) } }),
]);
const timeoutNow: Message = { kind: 'timeoutNow', ...header(2, 1, 5) };

describeProperty(promisesAreKept, {
  breaks: {
    'a vote soon after a promise': [promises(true), votes(heldMs - 1)],
    'a vote soon after a promise, and a restart': [promises(true), votes(100, { incarnation: 2 })],
    'a campaign soon after a promise': [promises(true), campaigns],
  },
  holds: {
    'a vote after the promise has run out': [promises(true), votes(heldMs)],
    'a vote without a promise': [promises(false), votes(100)],
    'a vote that the leader asked for': [promises(true), votes(100, { transfer: true })],
    'a campaign that the leader asked for': [
      promises(true),
      stepped({ term: 6, nowMs: 100, configurations: lease }, [], received(timeoutNow)),
      campaigns,
    ],
    'a vote after leases are over': [
      promises(true),
      votes(100, { configurations: [placed(0, configuration([1, 2, 3]))] }),
    ],
  },
});
