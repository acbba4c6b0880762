import type { Mutant } from '../mutant.ts';

const ELECTION = 'server/raft/election/election.ts';
const EMIT = 'server/raft/emit.ts';
const TIMING = 'server/raft/election/timing.ts';
const HINTS = 'server/raft/election/hints.ts';
const RESTORE = 'server/raft/restore.ts';

/** Bugs in who may win an election. */
export const ELECTION_BUGS: readonly Mutant[] = [
  {
    name: 'vote not persisted',
    description: 'A vote is granted, and the term written, but not for whom.',
    edits: [
      {
        file: EMIT,
        find: 'hardState: hardStateChanged ? raft.hardState : undefined,',
        replace:
          'hardState: hardStateChanged ? { ...raft.hardState, vote: undefined } : undefined,',
      },
    ],
    caughtBy: ['acknowledged is durable', 'one vote per term', 'leaders are elected by a quorum'],
  },
  {
    name: 'vote sent before sync',
    description: 'The reply to a vote request does not wait for the write of the vote.',
    edits: [
      {
        file: ELECTION,
        find: '  sendOnceDurable(raft, reply);',
        replace: '  send(raft, reply);',
      },
    ],
    caughtBy: ['acknowledged is durable'],
  },
  {
    name: 'candidate counts itself before its own sync',
    description: 'A candidate has its own vote at once, and asks for others before it is written.',
    edits: [
      {
        file: ELECTION,
        find: "    kind: 'candidate',\n    grants: new Set(),",
        replace: "    kind: 'candidate',\n    grants: new Set([raft.id]),",
      },
      {
        file: ELECTION,
        find: "    sendOnceDurable(raft, { kind: 'vote',",
        replace: "    send(raft, { kind: 'vote',",
      },
    ],
    caughtBy: ['leaders are elected by a quorum'],
  },
  {
    name: 'two votes in one term',
    description: 'A member votes for whoever asks, whether or not it has voted in this term.',
    edits: [
      {
        file: ELECTION,
        find: '    (vote === undefined || vote === message.from) &&\n',
        replace: '',
      },
      {
        file: ELECTION,
        find: 'if (vote === undefined) setHardState(',
        replace: 'setHardState(',
      },
    ],
    caughtBy: ['one vote per term'],
  },
  {
    name: 'same term campaigned for again',
    description: 'A member that starts anew campaigns in the term that it has voted for itself in.',
    edits: [
      {
        file: ELECTION,
        find: '  const term = nextTerm(termOf(raft));\n  setHardState(raft, { term, vote: raft.id });',
        replace:
          '  const isFirst = raft.outbox.sequence === 0 && raft.hardState.vote === raft.id;\n  const term = isFirst ? termOf(raft) : nextTerm(termOf(raft));\n  setHardState(raft, { term, vote: raft.id });',
      },
    ],
    caughtBy: ['election safety'],
  },
  {
    name: 'candidate drops what it does not know to be committed',
    description: 'A candidate asks for votes by its whole log, and leads with a part of it.',
    edits: [
      {
        file: ELECTION,
        find: "    sendOnceDurable(raft, { kind: 'vote', from: raft.id, to, term, last, transfer });\n  }\n",
        replace:
          "    sendOnceDurable(raft, { kind: 'vote', from: raft.id, to, term, last, transfer });\n  }\n  if (raft.configurations.length === 1) truncateFrom(raft.log, raft.commit + 1);\n",
      },
      {
        file: ELECTION,
        find: "import { lastOf } from '../log/log.ts';",
        replace: "import { lastOf, truncateFrom } from '../log/log.ts';",
      },
    ],
    caughtBy: ['leader completeness'],
  },
  {
    name: 'up-to-date check dropped',
    description: 'A vote is granted to a candidate whose log lacks entries.',
    edits: [
      {
        file: ELECTION,
        find: 'message.term > termOf(raft) && isUpToDate(message.last, last) &&',
        replace: 'message.term > termOf(raft) &&',
      },
      {
        file: ELECTION,
        find: '    isUpToDate(message.last, lastOf(raft.log));',
        replace: '    lastOf(raft.log).index >= 0;',
      },
    ],
    caughtBy: ['votes go to logs that are up to date'],
  },
  {
    name: 'up-to-date by length',
    description: 'Logs are compared by length alone; a longer one of an earlier term wins.',
    edits: [
      {
        file: 'server/raft/ids.ts',
        find: '  a.term > b.term || (a.term === b.term && a.index >= b.index);',
        replace: '  a.index >= b.index;',
      },
    ],
    caughtBy: ['votes go to logs that are up to date'],
  },
  {
    name: 'pre-vote ignores a live leader',
    description: 'A member helps a candidate though it hears its leader.',
    edits: [{ file: ELECTION, find: ' && !upholdsLeader(raft);', replace: ';' }],
    caughtBy: ['a live leader is not disrupted'],
  },
  {
    name: 'vote ignores a live leader',
    description: 'A vote is granted, and a term adopted, though the leader was just heard.',
    edits: [
      {
        file: ELECTION,
        find: '  if (!message.transfer && upholdsLeader(raft)) return;\n',
        replace: '',
      },
    ],
    caughtBy: ['a live leader is not disrupted', 'promises to a leader with a lease are kept'],
  },
  {
    name: 'early vote while leases are on',
    description:
      'A lost connection lets followers campaign and vote though the leader may hold a lease.',
    edits: [
      {
        file: HINTS,
        find: "  if (configurationOf(raft).trust !== 'earlyCampaign') return;\n",
        replace: '',
      },
      {
        file: TIMING,
        find: "if (role.suspect && configurationOf(raft).trust === 'earlyCampaign') return false;",
        replace: 'if (role.suspect) return false;',
      },
      {
        file: TIMING,
        find: '  if (raft.nowMs < raft.promisedUntilMs) return true;\n',
        replace: '',
      },
    ],
    caughtBy: ['a live leader is not disrupted', 'promises to a leader with a lease are kept'],
  },
  {
    name: 'promise forgotten by a restart',
    description: 'A member that starts anew votes though it may have promised a leader not to.',
    edits: [
      {
        file: RESTORE,
        find: "  if (trust === 'lease') raft.promisedUntilMs = raft.nowMs + raft.options.electionTimeoutMs;\n",
        replace: '',
      },
    ],
    caughtBy: ['promises to a leader with a lease are kept'],
  },
];
