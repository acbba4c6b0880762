import type { Mutant } from '../mutant.ts';

const INSTALLING = 'server/raft/replication/installing.ts';

/** Bugs in snapshots, in applying, and in what is found after a restart. */
export const SNAPSHOT_BUGS: readonly Mutant[] = [
  {
    name: 'snapshot keeps old membership',
    description: 'A member that installs a snapshot goes on with the members it knew.',
    caughtBy: ['members go by the last configuration in their log'],
    edits: [
      {
        file: INSTALLING,
        find: '  raft.configurations.splice(0, Infinity, {',
        replace: '  [].splice(0, Infinity, {',
      },
    ],
  },
  {
    name: 'older snapshot over a newer log',
    description: 'A snapshot that arrives late is installed though the member has more.',
    edits: [
      {
        file: INSTALLING,
        find: '  if (snapshot.index > raft.commit && contains(raft.log, snapshot)) commitTo(raft, snapshot.index);\n',
        replace: '',
      },
      {
        file: INSTALLING,
        find: '  if (snapshot.index <= raft.commit) {',
        replace: '  if (snapshot.index < 0) {',
      },
    ],
    caughtBy: ['commit and match only grow', 'entries are applied once, in order'],
  },
  {
    name: 'snapshot acknowledged before it is installed',
    description: 'A follower claims to have what is only on its way into its store.',
    edits: [
      {
        file: INSTALLING,
        find: "import { emit } from '../emit.ts';",
        replace: "import { emit, send } from '../emit.ts';",
      },
      {
        file: INSTALLING,
        find: "import type { Raft } from '../raft.ts';",
        replace: "import { termOf, type Raft } from '../raft.ts';",
      },
      {
        file: INSTALLING,
        find: "  emit(raft, { kind: 'install', from: message.from, snapshot });",
        replace:
          "  emit(raft, { kind: 'install', from: message.from, snapshot });\n  send(raft, { kind: 'appendAccepted', from: raft.id, to: message.from, term: termOf(raft), match: snapshot.index });",
      },
    ],
    caughtBy: ['acknowledged is durable'],
  },
  {
    name: 'log reset before the state',
    description: 'The log is put behind a snapshot that is not in the store yet.',
    edits: [
      {
        file: 'server/node/installs.ts',
        find: '        applier.beginReplace(() => replaceState(body, snapshot, release));',
        replace:
          '        applier.beginReplace(() => log.reset({ index: snapshot.index, term: snapshot.term }, () => replaceState(body, snapshot, release)));',
      },
    ],
    caughtBy: ['liveness after healing'],
  },
  {
    name: 'no-op applied twice',
    description: 'The driver hands an entry to the state again that leaves it as it is.',
    edits: [
      {
        file: 'server/node/keeper.ts',
        find: '      events.applied(entry, applier.apply(entry), applier.position());',
        replace:
          "      for (let times = entry.kind === 'noop' ? 2 : 1; times > 0; times -= 1)\n        events.applied(entry, applier.apply(entry), applier.position());",
      },
      {
        file: 'server/node/applier.ts',
        find: 'invariant(entry.index === position.index + 1,',
        replace: 'invariant(entry.index <= position.index + 1,',
      },
    ],
    caughtBy: ['entries are applied once, in order'],
  },
  {
    name: 'applied twice after restart',
    description: 'Rows go to disk with the position of the first of them, not of the last.',
    edits: [
      {
        file: 'server/node/flusher.ts',
        find: '  else due.dirty.position = position;\n',
        replace: '',
      },
    ],
    caughtBy: ['state machine safety'],
  },
  {
    name: 'rows lost by a restart',
    description: 'The position on disk is ahead of the rows.',
    edits: [
      {
        file: 'server/node/overlay.ts',
        find: '  return overlay.flushing.rows;',
        replace: '  return new Map([...overlay.flushing.rows].slice(1));',
      },
    ],
    caughtBy: ['state machine safety'],
  },
  {
    name: 'membership of the state not kept',
    description: 'The state on disk remembers the first configuration for ever.',
    edits: [
      {
        file: 'server/node/applier.ts',
        find: '? { index, term, configuration: decodeConfiguration(data), configurationIndex: index }',
        replace: '? { ...position, index, term }',
      },
    ],
    caughtBy: ['members go by the last configuration in their log', 'liveness after healing'],
  },
  {
    name: 'compacted beyond the durable state',
    description: 'The log lets go of entries that are applied, but not yet in the state on disk.',
    edits: [
      {
        file: 'server/node/keeper.ts',
        find: '      compaction.flushed(durable);',
        replace: '      compaction.flushed(applier.position().index);',
      },
      {
        file: 'server/node/compaction.ts',
        find: '  const through = size.leaving(limits.logBytesMax / 2, durable);',
        replace: '  const through = durable;',
      },
    ],
    caughtBy: ['liveness after healing'],
  },
  {
    name: 'overwritten entries written along',
    description: 'Persists merged into one write keep the entries that a later one replaces.',
    edits: [
      {
        file: 'server/node/log-writer.ts',
        find: '    while ((group.entries.at(-1)?.index ?? -1) >= first.index) group.entries.pop();\n',
        replace: '',
      },
    ],
    caughtBy: ['invariant: entries of a batch are consecutive'],
  },
  {
    name: 'hard state of a merged write dropped',
    description: 'Of persists merged into one write only the first hard state counts.',
    edits: [
      {
        file: 'server/node/log-writer.ts',
        find: 'if (hardState !== undefined) group.hardState = hardState;',
        replace: 'group.hardState ??= hardState;',
      },
    ],
    caughtBy: ['acknowledged is durable', 'one vote per term', 'liveness after healing'],
  },
  {
    name: 'messages sent before the write is done',
    description: 'The driver sends what a persist holds back as soon as the write begins.',
    edits: [
      {
        file: 'server/node/log-writer.ts',
        find: '    else log.append(batch, (outcome) => complete(group, outcome));',
        replace:
          '    else {\n      for (const message of group.thenSend.splice(0)) events.send(message);\n      log.append(batch, (outcome) => complete(group, outcome));\n    }',
      },
    ],
    caughtBy: ['acknowledged is durable'],
  },
  {
    name: 'failed write taken for done',
    description: 'The driver goes on after a write failed.',
    edits: [
      {
        file: 'server/node/log-writer.ts',
        find: '    if (!outcome.ok) {\n      stopped = true;',
        replace: '    if (!outcome.ok && stopped) {\n      stopped = true;',
      },
    ],
    caughtBy: ['acknowledged is durable'],
  },
];
