import assert from 'node:assert/strict';
import type { Overview, OverviewAlarm, OverviewMember } from '../overview.ts';
import { count, duration, growth, headline, notices, rate, rows, size } from './view.js';

const member = (id: number, changes: Partial<OverviewMember> = {}): OverviewMember => ({
  id,
  standing: 'voter',
  self: id === 1,
  answered: true,
  peerAddress: `m${id}:1230`,
  clientAddress: undefined,
  phase: 'running',
  role: id === 1 ? 'leader' : 'follower',
  term: 3,
  leader: 1,
  commit: 100,
  applied: 100,
  durable: 100,
  lastLog: 100,
  logBytes: 10,
  diskFreeBytes: 50,
  diskSizeBytes: 100,
  version: '1.0.0',
  uptimeMs: 1_000,
  match: 100,
  progress: 'replicate',
  recent: true,
  regressed: false,
  ...changes,
});

const members = (count: number): OverviewMember[] =>
  Array.from({ length: count }, (_, at) => member(at + 1));

const overview = (changes: Partial<Overview> = {}): Overview => ({
  atMs: 0,
  cluster: 'c',
  phase: 'running',
  error: undefined,
  member: 1,
  version: '1.0.0',
  clientAddress: undefined,
  term: 3,
  leader: 1,
  commit: 100,
  applied: 100,
  durable: 100,
  lastLog: 100,
  outgoing: [],
  writesTotal: 0,
  readsTotal: 0,
  members: members(3),
  alarms: [],
  ...changes,
});

const alarm: OverviewAlarm = {
  name: 'disk_space',
  severity: 'warning',
  member: 2,
  message: 'Little is free.',
  advice: 'Free space.',
};

const silent = (id: number) => member(id, { answered: false, phase: undefined, match: undefined });

describe('The headline of the status page', () => {
  const table: readonly (readonly [string, Partial<Overview>, string, RegExp])[] = [
    ['three in place', {}, 'good', /^Healthy: Member 1 leads, all 3 .* One failure is survived/],
    ['five in place', { members: members(5) }, 'good', /2 failures at once are survived/],
    ['one voter', { members: members(1) }, 'good', /alone\. With one voter, no failure/],
    [
      'a learner that does not answer',
      { members: [...members(3), { ...silent(4), standing: 'learner' }] },
      'good',
      /^Healthy/,
    ],
    [
      'a voter that does not answer',
      { members: [...members(2), silent(3)] },
      'warn',
      /^Degraded: Member 3 is not in place\. One more failure stops all writes/,
    ],
    [
      'a voter that the leader does not hear',
      { members: [...members(2), member(3, { recent: false })] },
      'warn',
      /^Degraded: Member 3/,
    ],
    [
      'a quorum that is lost while its leader does not know yet',
      { members: [member(1), silent(2), silent(3)] },
      'bad',
      /Members 2 and 3 are not in place\. There is no quorum/,
    ],
    [
      'no leader and no quorum',
      { leader: undefined, members: [member(1), silent(2), silent(3)] },
      'bad',
      /^No leader: .*1 of 3 voters is in place, 2 are needed\. Bring back members 2 and 3/,
    ],
    ['no leader for a moment', { leader: undefined }, 'bad', /An election is under way/],
    [
      'two majorities, one of them short',
      {
        outgoing: [1, 2, 3],
        members: [...members(2), { ...silent(3), standing: 'leaving' }, member(4), member(5)],
      },
      'warn',
      /Member 3 is not in place\. One more failure stops/,
    ],
    ['a warning', { alarms: [alarm] }, 'warn', /^Serving, with a warning/],
    ['an alarm', { alarms: [{ ...alarm, severity: 'critical' }] }, 'bad', /^Alarm/],
    ['an empty directory', { phase: 'waiting', leader: undefined }, 'warn', /Bootstrap/],
    ['a damaged directory', { phase: 'refused', error: 'CRC' }, 'bad', /cannot be used\. CRC/],
  ];
  for (const [name, changes, tone, text] of table) {
    it(`is ${tone} for ${name}`, () => {
      const said = headline(overview(changes));
      assert.equal(said.tone, tone);
      assert.match(`${said.title}: ${said.text}`, text);
    });
  }
});

describe('Rows of the status page', () => {
  const stateOf = (changes: Partial<OverviewMember>, more: Partial<Overview> = {}) => {
    const row = rows(overview({ members: [member(1), member(2, changes)], ...more }))[1]!;
    return `${row.state.tone}: ${row.state.text}`;
  };

  it('say what a member does', () => {
    assert.equal(stateOf({}), 'good: In step');
    assert.equal(stateOf({ answered: false }), 'bad: No answer');
    assert.equal(stateOf({ phase: 'refused' }), 'bad: Is refused');
    assert.equal(stateOf({ regressed: true }), 'bad: Lost acknowledged entries');
    assert.equal(stateOf({ recent: false }), 'bad: Not heard by the leader');
    assert.equal(stateOf({ progress: 'snapshot' }), 'busy: Receives a snapshot');
    assert.equal(stateOf({ role: 'candidate' }), 'warn: Campaigns');
    assert.equal(stateOf({}, { leader: undefined }), 'warn: Waits for a leader');
  });

  it('say how far a learner has come', () => {
    const learner: Partial<OverviewMember> = { standing: 'learner', match: 4_000, lastLog: 4_000 };
    const leader = member(1, { lastLog: 10_000, match: 10_000 });
    const [, row] = rows(overview({ lastLog: 10_000, members: [leader, member(2, learner)] }));
    assert.deepEqual([row?.lag, row?.share, row?.state.text], ['6,000 behind', 0.4, 'Catches up']);
  });

  it('say unknown where nobody can tell', () => {
    const nobody = { diskFreeBytes: undefined, applied: undefined, version: undefined };
    const [, row] = rows(overview({ members: [member(1), { ...silent(2), ...nobody }] }));
    assert.deepEqual(
      [row?.lag, row?.share, row?.applied, row?.disk.text, row?.version],
      ['unknown', undefined, 'unknown', 'unknown', 'unknown'],
    );
  });
});

describe('Notices of the status page', () => {
  const titles = (changes: Partial<Overview>): string[] =>
    notices(overview(changes)).map(({ title }) => title);

  it('are none when all is well', () => assert.deepEqual(titles({}), []));

  it('name an alarm, whom it is about, and what to do', () => {
    const [notice] = notices(overview({ alarms: [alarm] }));
    assert.deepEqual(notice, {
      tone: 'warn',
      title: 'Disk space · member 2',
      text: 'Little is free.',
      advice: 'Free space.',
    });
  });

  it('tell of silence, changes and mixed versions', () => {
    assert.deepEqual(titles({ members: [member(1), silent(2)] }), ['Member 2 does not answer']);
    assert.deepEqual(titles({ outgoing: [1] }), ['A change of the voters is on its way']);
    assert.deepEqual(titles({ members: [member(1), member(2, { version: '1.1.0' })] }), [
      'Members are of different versions',
    ]);
  });
});

describe('Words and numbers of the status page', () => {
  it('are made for people', () => {
    assert.deepEqual([count(1_234_567), count(undefined)], ['1,234,567', 'unknown']);
    assert.deepEqual([rate(0), rate(2.34), rate(1234.5)], ['0', '2.3', '1,235']);
    assert.deepEqual([size(0), size(1536), size(300 << 20)], ['0 B', '1.5 KiB', '300 MiB']);
    assert.deepEqual(
      [duration(0), duration(61_000), duration(90_061_000)],
      ['0 s', '1 min 1 s', '1 d 1 h'],
    );
  });

  it('make rates of two overviews, and none across a restart', () => {
    const at = (atMs: number, writesTotal: number | undefined): Overview =>
      overview({ atMs, writesTotal });
    assert.equal(growth(at(1_000, 10), at(3_000, 50), 'writesTotal'), 20);
    assert.equal(growth(at(1_000, 10), at(3_000, 5), 'writesTotal'), undefined);
    assert.equal(growth(at(1_000, 10), at(1_000, 50), 'writesTotal'), undefined);
    assert.equal(growth(undefined, at(1_000, 50), 'writesTotal'), undefined);
    assert.equal(growth(at(1_000, undefined), at(2_000, 5), 'writesTotal'), undefined);
  });
});
