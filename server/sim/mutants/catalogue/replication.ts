import type { Mutant } from '../mutant.ts';

const COMMIT = 'server/raft/log/commit.ts';
const CORE = 'server/raft/core.ts';
const FOLLOWING = 'server/raft/replication/following.ts';
const REPLICATION = 'server/raft/replication/replication.ts';

/** Bugs in how entries get into logs, and when they count as committed. */
export const REPLICATION_BUGS: readonly Mutant[] = [
  {
    name: 'acknowledged before sync',
    description: 'A follower acknowledges entries before they are on its disk.',
    edits: [
      {
        file: FOLLOWING,
        find: "  sendOnceDurable(raft, { kind: 'appendAccepted',",
        replace: "  send(raft, { kind: 'appendAccepted',",
      },
    ],
    caughtBy: ['acknowledged is durable'],
  },
  {
    name: 'leader counts itself before its own sync',
    description: 'A leader takes for stored what it has only appended.',
    edits: [
      {
        file: COMMIT,
        find: '  const { stable } = raft.log;',
        replace: '  const stable = lastIndexOf(raft.log);',
      },
    ],
    caughtBy: ['acknowledged is durable', 'committed is durable'],
  },
  {
    name: 'completion for overwritten entries counted',
    description: 'A finished write counts though what it wrote was replaced meanwhile.',
    edits: [
      { file: CORE, find: '  if (token.term !== termOf(raft)) return;\n', replace: '' },
      {
        file: CORE,
        find: 'if (contains(raft.log, token.through) && token.through.index > raft.log.stable) {',
        replace:
          'if (token.through.index <= raft.log.runs.last && token.through.index > raft.log.stable) {',
      },
    ],
    caughtBy: ['applied is durable', 'acknowledged is durable', 'leaders are elected by a quorum'],
  },
  {
    name: 'commit by counting an entry of an older term',
    description: 'A leader commits entries of its predecessors once a majority has them.',
    edits: [
      {
        file: COMMIT,
        find: 'if (index <= raft.commit || termAt(raft.log, index) !== termOf(raft)) return;',
        replace: 'if (index <= raft.commit) return;',
      },
    ],
    caughtBy: ['leaders commit entries of their own term'],
  },
  {
    name: 'previous-term check dropped',
    description: 'A follower appends behind an entry of another term than the leader has there.',
    edits: [
      {
        file: FOLLOWING,
        find: '  if (!contains(raft.log, previous)) {',
        replace: '  if (previous.index > lastIndexOf(raft.log)) {',
      },
    ],
    caughtBy: ['log matching', 'acknowledged is durable'],
  },
  {
    name: 'conflict not truncated',
    description: 'A follower keeps its own entry where the leader has another.',
    edits: [
      {
        file: FOLLOWING,
        find: 'entries.findIndex((entry) => termAt(raft.log, entry.index) !== entry.term);',
        replace: 'entries.findIndex((entry) => termAt(raft.log, entry.index) === undefined);',
      },
    ],
    caughtBy: ['acknowledged is durable', 'log matching', 'state machine safety'],
  },
  {
    name: 'truncating on a stale append',
    description: 'An append cuts the log behind its last entry, even where it says nothing new.',
    edits: [
      {
        file: FOLLOWING,
        find: '  if (fresh >= 0) takeOver(raft, entries, fresh);',
        replace: '  if (entries.length > 0) takeOver(raft, entries, fresh >= 0 ? fresh : 0);',
      },
    ],
    caughtBy: ['acknowledged is durable'],
  },
  {
    name: 'match index moved backwards',
    description: 'An old acknowledgement that arrives late replaces a newer one.',
    edits: [
      {
        file: REPLICATION,
        find: '  if (message.match < progress.match) return;\n',
        replace: '',
      },
    ],
    caughtBy: ['commit and match only grow'],
  },
  {
    name: 'commit beyond the log',
    description: 'A follower takes over the commit index of the leader whatever it has itself.',
    edits: [
      {
        file: FOLLOWING,
        find: '  commitTo(raft, message.commit < match ? message.commit : match);',
        replace: '  commitTo(raft, message.commit);',
      },
      {
        file: COMMIT,
        find: '  if (index <= raft.commit) return;\n  invariant(index <= lastIndexOf(raft.log),',
        replace: '  if (index <= raft.commit) return;\n  invariant(index >= 0,',
      },
    ],
    caughtBy: ['commit and match only grow'],
  },
  {
    name: 'commit of an entry that was lost',
    description: 'A follower commits what it once had, though an older copy was put back.',
    edits: [
      {
        file: FOLLOWING,
        find: '  if (contains(raft.log, commit)) commitTo(raft, commit.index);',
        replace: '  commitTo(raft, commit.index);',
      },
    ],
    caughtBy: ['invariant: only entries in the log are committed'],
  },
  {
    name: 'leader cuts its own log',
    description: 'A leader drops the entries that a follower does not have.',
    edits: [
      {
        file: REPLICATION,
        find: "  if (progress.state === 'snapshot' || message.previous <= progress.match) return;\n",
        replace:
          "  if (progress.state === 'snapshot' || message.previous <= progress.match) return;\n  if (message.last >= raft.commit) truncateFrom(raft.log, message.last + 1);\n",
      },
      {
        file: REPLICATION,
        find: 'import { entriesAfter, highestAtOrBelow, lastIndexOf, termAt } from',
        replace:
          'import { entriesAfter, highestAtOrBelow, lastIndexOf, termAt, truncateFrom } from',
      },
    ],
    caughtBy: ['leader append-only'],
  },
  {
    name: 'entries of a message share their bytes',
    description: 'A follower keeps the bytes of the first entry for all that came with it.',
    edits: [
      {
        file: FOLLOWING,
        find: 'if (entry !== undefined) appendEntry(raft, entry);',
        replace:
          "if (entry !== undefined) appendEntry(raft, entry.kind === 'command' ? { ...entry, data: first.data } : entry);",
      },
    ],
    caughtBy: ['log matching'],
  },
  {
    name: 'sent counted as stored',
    description: 'A leader commits what it has sent to a quorum.',
    edits: [
      {
        file: COMMIT,
        find: 'reachedByQuorum(raft, role, stable, (progress) => progress.match)',
        replace: 'reachedByQuorum(raft, role, stable, (progress) => progress.next - 1)',
      },
    ],
    caughtBy: ['committed is durable'],
  },
  {
    name: 'applied before it is on disk',
    description: 'What is committed is applied though this member has not written it yet.',
    edits: [
      {
        file: COMMIT,
        find: '  const through = raft.commit < raft.log.stable ? raft.commit : raft.log.stable;',
        replace: '  const through = raft.commit;',
      },
      {
        file: COMMIT,
        find: '  trim(raft.log, raft.applied, raft.options.cacheBytesMax);',
        replace:
          '  trim(raft.log, Math.min(raft.applied, raft.log.stable), raft.options.cacheBytesMax);',
      },
    ],
    caughtBy: ['applied is durable'],
  },
  {
    name: 'window never opened again',
    description: 'A lost append is never noticed while nothing else is rejected.',
    edits: [
      {
        file: REPLICATION,
        find: '  else sendAppend(raft, to, progress, []);',
        replace: '',
      },
    ],
    caughtBy: ['liveness after healing'],
  },
];
