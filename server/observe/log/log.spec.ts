import assert from 'node:assert/strict';
import { createLog } from './log.ts';
import type { Log, LogFormat } from './log.ts';
import { LOG_EVENTS, LOG_LEVELS } from './log-event.ts';
import type { LogLevel } from './log-event.ts';

function createBench(level: LogLevel = 'info', format: LogFormat = 'json') {
  const written: string[] = [];
  const out = { write: (line: string) => void written.push(line) };
  const log: Log = createLog({ level, format, out });
  const lines = (): Record<string, unknown>[] =>
    written.map((line) => JSON.parse(line) as Record<string, unknown>);
  const events = (): unknown[] => lines().map(({ event }) => event);
  return { log, written, lines, events };
}

describe('The log', () => {
  it('writes one line of JSON with time, level, event and fields', () => {
    const { log, lines } = createBench();
    log.write('peer_lost', { peer: 3, address: 'c:1230', reason: 'refused' });
    const [line] = lines();
    const { time, ...rest } = line!;
    assert.match(String(time), /^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
    assert.deepEqual(rest, {
      level: 'warn',
      event: 'peer_lost',
      peer: 3,
      address: 'c:1230',
      reason: 'refused',
    });
  });

  it('leaves out what is less severe than its level, from the next line on', () => {
    const { log, events } = createBench('warn');
    log.write('shutting_down', {});
    log.setLevel('info');
    log.write('shutting_down', {});
    log.setLevel('error');
    log.write('shutting_down', {});
    assert.deepEqual(events(), ['log_level_changed', 'shutting_down', 'log_level_changed']);
    assert.deepEqual([log.level(), log.enabled('shutting_down')], ['error', false]);
  });

  it('says nothing of a level that stays', () => {
    const { log, events } = createBench('warn');
    log.setLevel('warn');
    assert.deepEqual(events(), []);
  });

  it('tells of an error its name, code, message and causes, and nothing that hangs on it', () => {
    const { log, written, lines } = createBench();
    const cause = Object.assign(new Error('no route'), { code: 'EHOSTUNREACH', secret: 's3cret' });
    const error = Object.assign(new Error('call failed', { cause }), {
      code: 14,
      metadata: { authorization: 's3cret' },
    });
    log.write('join_failed', { address: 'a:1', error });
    const told = lines()[0]?.['error'] as Record<string, unknown> & { cause: object };
    assert.deepEqual(
      { name: told['name'], message: told['message'], code: told['code'] },
      { name: 'Error', message: 'call failed', code: 14 },
    );
    assert.match(JSON.stringify(told.cause), /EHOSTUNREACH/);
    assert.doesNotMatch(written.join(''), /s3cret/);
  });

  it('survives causes that go in circles', () => {
    const { log, lines } = createBench();
    const error = new Error('round');
    error.cause = error;
    log.write('disk_space_unknown', { error });
    assert.equal(lines().length, 1);
  });

  it('is readable on a terminal', () => {
    const { log, written } = createBench('info', 'pretty');
    log.write('leader_changed', { leader: 2, term: 7 });
    assert.match(written[0]!, /INFO.*leader_changed.*"leader":2,"term":7/);
  });

  it('is JSON where there is no terminal', () => {
    const { log, lines } = createBench('info', 'auto');
    log.write('shutdown_done', { durationMs: 5 });
    assert.equal(lines()[0]?.['durationMs'], 5);
  });
});

describe('The table of log events', () => {
  it('gives each a name in snake case, a level and a sentence', () => {
    for (const [event, { level, about }] of Object.entries(LOG_EVENTS)) {
      assert.match(event, /^[a-z]+(_[a-z]+)*$/);
      assert(LOG_LEVELS.includes(level), event);
      assert.match(about, /^[A-Z].*\.$/, event);
    }
  });
});
