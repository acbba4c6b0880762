import assert from 'node:assert/strict';
import { toIndex, toMemberId } from '../raft/ids.ts';
import { judge } from './divergence-verdict.ts';
import type { Finding, Verdict } from './divergence-verdict.ts';

type Said = Readonly<Record<number, string>>;

interface Case {
  readonly name: string;
  /** By member, what it found, as `index:hash …`; `!` for a disk that has rotted. Member 1 leads. */
  readonly said: Said;
  /** The leader's own disk has rotted. */
  readonly damaged?: true;
  readonly learners?: readonly number[];
  readonly outgoing?: readonly number[];
  /** Their logs are behind. */
  readonly behind?: readonly number[];
  /** They do not answer. */
  readonly silent?: readonly number[];
  /** As `describeVerdict` shows it. */
  readonly expect: string;
}

const CASES: readonly Case[] = [
  { name: 'nothing to compare', said: { 1: '', 2: '', 3: '' }, expect: 'equal, unknown 1 2 3' },
  { name: 'all are equal', said: { 1: '5:a', 2: '5:a', 3: '5:a' }, expect: 'equal at 5' },
  {
    name: 'a member that is behind is not wrong',
    said: { 1: '5:a 9:b', 2: '5:a 9:b', 3: '5:a' },
    expect: 'equal at 9, unknown 3',
  },
  {
    name: 'a follower in the minority is rebuilt',
    said: { 1: '5:a', 2: '5:x', 3: '5:a' },
    expect: 'wrong 2 at 5: rebuild 2',
  },
  {
    name: 'a leader in the minority hands over to one in the majority',
    said: { 1: '5:x', 2: '5:x', 3: '5:a', 4: '5:a', 5: '5:a' },
    expect: 'wrong 1 2 at 5: transfer to 3',
  },
  {
    name: 'a leader in the minority hands over to one that answers',
    said: { 1: '5:x', 2: '5:a', 3: '5:a' },
    silent: [2],
    expect: 'wrong 1 at 5: transfer to 3',
  },
  {
    name: 'a leader in the minority does not hand over to a learner',
    said: { 1: '5:x', 2: '5:a', 3: '5:a', 4: '5:a' },
    learners: [4],
    silent: [2, 3],
    expect: 'wrong 1 at 5: wait, nobody with the right state can take over from the leader',
  },
  {
    name: 'without a majority nobody is touched',
    said: { 1: '5:a', 2: '5:x', 3: '5:y' },
    expect: 'undecided at 5',
  },
  { name: 'half is no majority', said: { 1: '5:a', 2: '5:x' }, expect: 'undecided at 5' },
  {
    name: 'half is no majority of four',
    said: { 1: '5:a', 2: '5:a', 3: '5:x', 4: '5:x' },
    expect: 'undecided at 5',
  },
  { name: 'one alone that has rotted', said: { 1: '5:!' }, expect: 'undecided at 5' },
  {
    name: 'what voters found before counts while a later index lacks voices',
    said: { 1: '5:a 9:b', 2: '5:x', 3: '5:a' },
    expect: 'wrong 2 at 5: rebuild 2',
  },
  {
    name: 'a later index counts as soon as it has a majority',
    said: { 1: '5:a 9:b', 2: '5:x 9:b', 3: '5:a' },
    expect: 'equal at 9, unknown 3',
  },
  {
    name: 'a disk that has rotted is wrong, whatever it said before',
    said: { 1: '5:a', 2: '5:a', 3: '5:!' },
    expect: 'wrong 3 at 5: rebuild 3',
  },
  {
    name: 'rot on two disks is no state that they share',
    said: { 1: '5:!', 2: '5:!', 3: '5:a' },
    expect: 'undecided at 5',
  },
  {
    name: 'a leader that has rotted hands over',
    said: { 1: '5:!', 2: '5:a', 3: '5:a' },
    expect: 'wrong 1 at 5: transfer to 2',
  },
  {
    name: 'a leader that has rotted hands over though nothing was compared',
    said: { 1: '', 2: '', 3: '' },
    damaged: true,
    silent: [2],
    expect: 'wrong 1 at 0: transfer to 3',
  },
  {
    name: 'a leader that has rotted does not hand over to another one that has',
    said: { 1: '5:!', 2: '5:!', 3: '5:a' },
    damaged: true,
    expect: 'wrong 1 at 5: transfer to 3',
  },
  {
    name: 'a leader in the minority hands over to one that has all entries',
    said: { 1: '5:x', 2: '5:a', 3: '5:a' },
    behind: [2],
    expect: 'wrong 1 at 5: transfer to 3',
  },
  {
    name: 'one alone that knows it has rotted',
    said: { 1: '5:!' },
    damaged: true,
    expect: 'undecided at 5',
  },
  {
    name: 'one at a time',
    said: { 1: '5:a', 2: '5:x', 3: '5:a', 4: '5:y', 5: '5:a' },
    expect: 'wrong 2 4 at 5: rebuild 2',
  },
  {
    name: 'nobody while a voter has not said: it may be the one that is being rebuilt',
    said: { 1: '5:a', 2: '', 3: '5:a', 4: '5:y', 5: '5:a' },
    expect: 'wrong 4 at 5: wait, member 2 has not said what it has',
  },
  {
    name: 'nobody when those left that answer are no quorum',
    said: { 1: '5:a', 2: '5:a', 3: '5:x' },
    silent: [2],
    expect: 'wrong 3 at 5: wait, the others that answer would be no quorum',
  },
  {
    name: 'nobody that does not answer',
    said: { 1: '5:a', 2: '5:a', 3: '5:x' },
    silent: [3],
    expect: 'wrong 3 at 5: wait, it does not answer',
  },
  {
    name: 'nobody while the members change',
    said: { 1: '5:a', 2: '5:a', 3: '5:x' },
    outgoing: [1, 2],
    expect: 'wrong 3 at 5: wait, a change of the members is on its way',
  },
  {
    name: 'both majorities of a joint configuration decide',
    said: { 1: '5:a', 2: '5:a', 3: '5:x', 4: '5:x' },
    learners: [4],
    outgoing: [3, 4],
    expect: 'undecided at 5',
  },
  {
    name: 'nobody from a leader that did not compare',
    said: { 1: '', 2: '5:a', 3: '5:a', 4: '5:a', 5: '5:x' },
    expect: 'wrong 5 at 5: wait, the leader has not compared its own state there',
  },
  {
    name: 'a learner does not decide',
    said: { 1: '5:a', 2: '5:x', 3: '5:x' },
    learners: [3],
    expect: 'undecided at 5',
  },
  {
    name: 'a learner that is wrong is rebuilt too, and a silent one is not waited for',
    said: { 1: '5:a', 2: '5:a', 3: '5:a', 4: '5:x', 5: '' },
    learners: [4, 5],
    expect: 'wrong 4 at 5: rebuild 4',
  },
];

function findingOf(id: number, said: string, fit: boolean): Omit<Finding, 'match'> {
  const reports = said
    .split(' ')
    .filter((report) => report !== '')
    .map((report) => {
      const [index = '', hash] = report.split(':');
      return { index: toIndex(Number(index)), hash: hash === '!' ? undefined : hash };
    });
  return { id: toMemberId(id), reports, fit };
}

function describeVerdict(verdict: Verdict): string {
  switch (verdict.kind) {
    case 'equal': {
      const at = verdict.index === undefined ? '' : ` at ${verdict.index}`;
      return `equal${at}${verdict.unknown.length > 0 ? `, unknown ${verdict.unknown.join(' ')}` : ''}`;
    }
    case 'undecided':
      return `undecided at ${verdict.index}`;
    case 'wrong': {
      const { remedy } = verdict;
      const what = {
        transfer: () => `transfer to ${remedy.kind === 'transfer' ? remedy.to : ''}`,
        rebuild: () => `rebuild ${remedy.kind === 'rebuild' ? remedy.member : ''}`,
        wait: () => `wait, ${remedy.kind === 'wait' ? remedy.why : ''}`,
      }[remedy.kind]();
      return `wrong ${verdict.wrong.join(' ')} at ${verdict.index}: ${what}`;
    }
  }
}

describe('The verdict on states', () => {
  for (const {
    name,
    said,
    damaged,
    behind = [],
    learners = [],
    outgoing = [],
    silent = [],
    expect,
  } of CASES) {
    it(name, () => {
      const ids = Object.keys(said).map(Number);
      const verdict = judge({
        self: toMemberId(1),
        damaged: damaged === true,
        configuration: {
          members: ids.map((id) => ({
            id: toMemberId(id),
            directory: `d${id}`,
            priority: 0,
            standing: learners.includes(id) ? 'learner' : 'voter',
          })),
          outgoing: outgoing.map(toMemberId),
          nextMemberId: toMemberId(9),
          trust: 'earlyCampaign',
        },
        members: ids.map((id) => ({
          ...findingOf(id, said[id] ?? '', !silent.includes(id)),
          match: toIndex(behind.includes(id) ? 3 : 9),
        })),
      });
      assert.equal(describeVerdict(verdict), expect);
    });
  }
});
