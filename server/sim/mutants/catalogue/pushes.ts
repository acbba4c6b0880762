import type { Mutant } from '../mutant.ts';

const PUSHES = 'server/controllers/pushes';

const ORDER = 'brokers are told in the order of the log, and nothing is left out';
const LACKS = 'a broker that was told all has all that there is, as it is';
const STAYS = 'a broker that was told all has nothing that is gone, and nothing twice';

/** Bugs in what brokers are told. */
export const PUSH_BUGS: readonly Mutant[] = [
  {
    name: 'failed push taken for told',
    description: 'What a broker has not acknowledged is not told again.',
    edits: [
      {
        file: `${PUSHES}/lane.ts`,
        find: "if (outcome === 'acknowledged') {",
        replace: 'if (outcome) {',
      },
    ],
    caughtBy: [ORDER, LACKS, STAYS],
    needs: 'brokers',
  },
  {
    name: 'acknowledged push told again',
    description: 'What a broker has acknowledged last it is told once more, before what is next.',
    edits: [
      {
        file: `${PUSHES}/lane.ts`,
        find: `if (then !== undefined) reached = further(reached, then);
        else back.acknowledged();`,
        replace: `if (then !== undefined) reached = further(reached, { ...then, next: Math.max(reached.next + 1, then.next - 1) });
        else back.acknowledged();`,
      },
    ],
    caughtBy: [ORDER, STAYS],
    needs: 'brokers',
  },
  {
    name: 'push told twice at once',
    description: 'What is told at once has everything two times.',
    edits: [
      {
        file: `${PUSHES}/batch.ts`,
        find: 'records.push(...more);',
        replace: 'records.push(...more, ...more);',
      },
    ],
    caughtBy: [ORDER, STAYS],
    needs: 'brokers',
  },
  {
    name: 'batch turned round',
    description: 'What is told at once is told from its end.',
    edits: [
      {
        file: `${PUSHES}/batch.ts`,
        find: 'records.push(...more);',
        replace: 'records.unshift(...more);',
      },
    ],
    caughtBy: [ORDER, LACKS, STAYS],
    needs: 'brokers',
  },
  {
    name: 'member told again without its deletion',
    description: 'A member of a share group that a broker may know is told as if it did not.',
    edits: [
      {
        file: `${PUSHES}/batch.ts`,
        find: "? [{ ...push, action: 'Delete' }, push]",
        replace: '? [push]',
      },
    ],
    caughtBy: [STAYS],
    needs: 'brokers',
  },
  {
    name: 'history without what is gone',
    description: 'A broker that was away is told what there is, and not what there is no more.',
    edits: [
      {
        file: `${PUSHES}/history.ts`,
        find: '= goneSince(node, index);',
        replace: '= () => true;',
      },
    ],
    caughtBy: [STAYS],
    needs: 'brokers',
    fromSeed: 39,
  },
  {
    name: 'cursor ahead of what is acknowledged',
    description: 'A leader has it written down that brokers know all that it has to tell.',
    edits: [
      {
        file: `${PUSHES}/lane.ts`,
        find: 'back.isNeeded() ? undefined : reached.acknowledged, missed',
        replace: 'back.isNeeded() ? undefined : outbox.lastIndex(), missed',
      },
    ],
    caughtBy: [ORDER, LACKS, STAYS],
    needs: 'brokers',
  },
  {
    name: 'cursors forgotten by the next leader',
    description: 'A leader takes it that brokers know all that was told before it led.',
    edits: [
      {
        file: `${PUSHES}/dispatch.ts`,
        find: 'lanes.set(broker, open(lane.process(), opening));',
        replace: 'lanes.set(broker, open({ ...lane.process(), cursor: uncertainTo }, opening));',
      },
    ],
    caughtBy: [ORDER, LACKS, STAYS],
    needs: 'brokers',
    fromSeed: 15,
  },
  {
    name: 'new process told from its registration on',
    description: 'What changes while a process lists what there is, it is never told.',
    edits: [
      {
        file: `${PUSHES}/waiting-lane.ts`,
        find: 'const timeMs = Math.min(Number(startS) * 1_000, outbox.lastMs()) - options.marginMs;',
        replace: 'const timeMs = startS > 0n ? Infinity : options.marginMs;',
      },
      {
        file: `${PUSHES}/waiting-lane.ts`,
        find: 'Math.max(freshTo, ',
        replace: 'Math.max(freshTo + Infinity, ',
      },
    ],
    caughtBy: [ORDER, LACKS, STAYS],
    needs: 'brokers',
  },
  {
    name: 'new process told from its start on',
    description: 'What it was told of the backlog of the process before is not told to its end.',
    edits: [
      {
        file: `${PUSHES}/waiting-lane.ts`,
        find: 'Math.max(freshTo, ',
        replace: 'Math.max(freshTo + Infinity, ',
      },
    ],
    caughtBy: [ORDER, LACKS, STAYS],
    needs: 'brokers',
    fromSeed: 578,
  },
  {
    name: 'lead begun before the log is applied',
    description: 'A leader that opened its stores again tells from a state that is old.',
    edits: [
      {
        file: `${PUSHES}/lead.ts`,
        find: ' && node.status().applied >= role',
        replace: '',
      },
    ],
    caughtBy: [ORDER, LACKS, STAYS],
    needs: 'brokers',
    fromSeed: 47,
  },
  {
    name: 'push by a leader that was overtaken',
    description:
      'A leader that stood still tells what it had to tell without asking whether it leads.',
    edits: [
      {
        file: `${PUSHES}/confirmed-sends.ts`,
        find: 'node.read(({ kind }) => {',
        replace:
          "((told: (of: { kind: string }) => void) => told({ kind: 'ready' }))(({ kind }) => {",
      },
    ],
    caughtBy: [ORDER, LACKS, STAYS],
    needs: 'brokers',
    fromSeed: 190,
  },
];
