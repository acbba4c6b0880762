import type { Mutant } from '../mutant.ts';

const READS = 'server/raft/reads/reads.ts';
const TRANSFER = 'server/raft/election/transfer.ts';
const ROLES = 'server/raft/election/roles.ts';
const RETRIES = 'server/state/retries.ts';

/** Bugs in what callers are told: reads, transfers, outcomes. */
export const CLIENT_BUGS: readonly Mutant[] = [
  {
    name: 'read index without a heartbeat round',
    description: 'A leader answers reads without finding out whether it still leads.',
    edits: [
      {
        file: READS,
        find: '  const confirmed = confirmedRound(raft, role);\n  const open',
        replace: '  const confirmed = Infinity;\n  const open',
      },
    ],
    caughtBy: ['reads are confirmed by a quorum'],
  },
  {
    name: 'read rides on an older round',
    description: 'A read is confirmed by a heartbeat round begun before it arrived.',
    edits: [{ file: READS, find: 'round: reads.round + 1 };', replace: 'round: reads.round };' }],
    caughtBy: ['reads are confirmed by a quorum'],
  },
  {
    name: 'read index before the no-op',
    description: 'A new leader answers reads before it knows what is committed.',
    edits: [
      {
        file: READS,
        find: 'if (raft.commit < role.firstIndex || role.reads.waiting.length === 0) return;',
        replace: 'if (role.reads.waiting.length === 0) return;',
      },
      {
        file: READS,
        find: 'const index = raft.commit > role.firstIndex ? raft.commit : role.firstIndex;',
        replace: 'const index = raft.commit;',
      },
    ],
    caughtBy: ['reads are confirmed by a quorum', 'no read from a deposed leader'],
  },
  {
    name: 'read index context reused',
    description: 'Every start of a member counts its reads from the same number.',
    edits: [
      {
        file: 'server/node/contexts.ts',
        find: '  let next = draw(seed);',
        replace: '  let next = 0;',
      },
    ],
    caughtBy: ['reads are confirmed by a quorum'],
  },
  {
    name: 'read served before the state is there',
    description: 'A confirmed read does not wait until its index is applied.',
    edits: [
      {
        file: 'server/node/barriers.ts',
        find: 'if (index > stand()) waiting.push({ index, group });\n      else for',
        replace: 'for',
      },
    ],
    caughtBy: ['no read from a deposed leader'],
  },
  {
    name: 'lease without a margin',
    description: 'A leader holds its lease until the promise ends, whatever the clocks do.',
    edits: [
      {
        file: READS,
        find: ' - raft.options.leaseMarginMs;',
        replace: ';',
      },
    ],
    caughtBy: ['reads are confirmed by a quorum'],
  },
  {
    name: 'lease from the reply, not from the round',
    description: 'A leader counts a promise from the last round it has begun.',
    edits: [
      {
        file: READS,
        find: 'const start = role.reads.starts.find((candidate) => candidate.round >= round);\n  if (start?.round !== round) return false;',
        replace:
          'const start = role.reads.starts.at(-1);\n  if (start === undefined || round === 0) return false;',
      },
    ],
    caughtBy: ['reads are confirmed by a quorum'],
  },
  {
    name: 'lease without a promise',
    description: 'A leader takes every answer for a promise.',
    edits: [
      {
        file: READS,
        find: 'if (message.lease && message.round > progress.leaseRound)',
        replace: 'if (message.round > progress.leaseRound)',
      },
    ],
    caughtBy: ['reads are confirmed by a quorum'],
  },
  {
    name: 'lease kept after TimeoutNow',
    description: 'A leader serves reads by its lease though it has asked another to campaign.',
    edits: [{ file: TRANSFER, find: '  role.leaseForfeited = true;\n', replace: '' }],
    caughtBy: ['reads are confirmed by a quorum'],
  },
  {
    name: 'transfer flag kept after step-down',
    description: 'A leader that comes back to office believes itself in a transfer of old.',
    edits: [
      {
        file: ROLES,
        find: "  if (raft.role.kind === 'leader') resign(raft, raft.role);\n  if (term",
        replace:
          "  if (raft.role.kind === 'leader') {\n    raft.kept = raft.role.transfer;\n    resign(raft, raft.role);\n  }\n  if (term",
      },
      { file: ROLES, find: '    transfer: undefined,', replace: '    transfer: raft.kept,' },
    ],
    caughtBy: ['transfers belong to one term and end'],
  },
  {
    name: 'transfer without end',
    description: 'A transfer whose target does not campaign blocks writes for ever.',
    edits: [
      {
        file: TRANSFER,
        find: 'transfer === undefined || raft.nowMs < transfer.deadlineMs',
        replace: 'transfer === undefined || raft.nowMs < Infinity',
      },
    ],
    caughtBy: ['transfers belong to one term and end'],
  },
  {
    name: 'transfer to a member that lags',
    description: 'TimeoutNow leaves before the successor has everything; a vote by grace.',
    edits: [
      {
        file: 'server/raft/election/election.ts',
        find: '    isUpToDate(message.last, lastOf(raft.log));',
        replace: '    (message.transfer || isUpToDate(message.last, lastOf(raft.log)));',
      },
      {
        file: TRANSFER,
        find: '  if (role.progress.get(transfer.to)?.match !== lastIndexOf(raft.log)) return;\n',
        replace: '',
      },
    ],
    caughtBy: ['votes go to logs that are up to date'],
  },
  {
    name: 'dropped for unknown',
    description: 'A write whose answer does not come in time is reported as never carried out.',
    edits: [
      {
        file: 'server/node/requests.ts',
        find: "ask(done, { kind: 'unknown' }, (desks, call) => desks.proposals.propose(command, call)),",
        replace:
          "ask(done, { kind: 'dropped' }, (desks, call) => desks.proposals.propose(command, call)),",
      },
    ],
    caughtBy: ['linearizability'],
  },
  {
    name: 'answered before it is committed',
    description: 'A proposer is told that its command was applied once it is in the log.',
    edits: [
      {
        file: 'server/node/proposals.ts',
        find: '        const others = placed.get(index);',
        replace:
          "        call.answer({ kind: 'applied', index, reply: new Uint8Array() });\n        const others = placed.get(index);",
      },
    ],
    caughtBy: ['no acknowledged write is lost'],
  },
  {
    name: 'answered by index alone',
    description: 'A proposer is told that its command was applied when another took its place.',
    edits: [
      {
        file: 'server/node/proposals.ts',
        find: 'if (term === entry.term) call.answer(',
        replace: 'if (term > 0) call.answer(',
      },
    ],
    caughtBy: [
      'no acknowledged write is lost',
      'linearizability',
      'invariant: a write is answered with what a write comes to',
    ],
  },
  {
    name: 'retries not recognized',
    description: 'A write that is sent again under its number is carried out again.',
    edits: [
      {
        file: RETRIES,
        find: '  if (id === known?.lastId) {',
        replace: '  if (id === known?.lastId && id < 0) {',
      },
    ],
    caughtBy: ['a numbered write is carried out once'],
  },
  {
    name: 'retries answered anew',
    description: 'Of a write that is sent again it is only known that it was carried out.',
    edits: [
      {
        file: RETRIES,
        find: '    return { rows, reply: known.reply };',
        replace: '    return { rows, reply: new Uint8Array() };',
      },
    ],
    caughtBy: ['a numbered write is carried out once'],
  },
  {
    name: 'retries forgotten by a restart',
    description: 'A member knows only the numbers that it has met since its process was started.',
    edits: [
      {
        file: RETRIES,
        find: '  const known = readClient(read, client);\n  if (known',
        replace:
          '  const met = ((globalThis.met ??= new WeakMap()).get(read) ?? globalThis.met.set(read, new Set()).get(read));\n  const known = met.has(client) ? readClient(read, client) : undefined;\n  met.add(client);\n  if (known',
      },
    ],
    caughtBy: ['a numbered write is carried out once', 'state machine safety'],
  },
  {
    name: 'read retried under its old context',
    description: 'A read asked again of the next leader takes a late answer of the last one.',
    edits: [
      {
        file: 'server/node/barriers.ts',
        find: '      asked.clear();\n      if (lost.length > 0) ask(lost);',
        replace:
          "      if (lost.length > 0) for (const context of [...asked.keys()]) feed({ kind: 'read', context });",
      },
    ],
    caughtBy: ['reads are confirmed by a quorum'],
  },
];
