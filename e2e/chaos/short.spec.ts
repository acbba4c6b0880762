import assert from 'node:assert/strict';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { TimedOperation } from '../../server/sim/linearizability/history.ts';
import { createWorkspace, type Workspace } from '../processes/workspace.ts';
import { loadEvidence, saveEvidence, type Evidence } from './evidence.ts';
import { isGood, judge } from './judge.ts';
import { missingOf, runChaos } from './run.ts';

const SEED = 7;
const DURATION_MS = 5_000;

/** `npm run chaos`, for a moment; and what it finds must turn red when it is tampered with. */
describe('a short chaos', () => {
  let workspace: Workspace;
  let evidence: Evidence;

  before(async function () {
    this.timeout(60_000);
    workspace = createWorkspace(tmpdir());
    const run = await runChaos(workspace, {
      seed: SEED,
      clients: 6,
      durationMs: DURATION_MS,
      kinds: ['kill', 'stop', 'restart', 'transfer', 'change'],
      show: () => undefined,
    });
    evidence = run.evidence;
  });
  after(() => workspace.dispose());

  const refuted = (given: Evidence): readonly string[] =>
    judge(given)
      .filter(({ contradictions }) => contradictions.length > 0)
      .map(({ claim }) => claim);

  it('leaves nothing that clients could complain of', () => {
    assert.deepEqual(
      judge(evidence).flatMap(({ contradictions }) => contradictions),
      [],
    );
    assert.ok(evidence.events.length > 0);
    assert.ok(evidence.operations.length > 100);
    assert.ok(evidence.acknowledged.size > 20);
    assert.ok(evidence.states.length >= 3);
  });

  it('is judged the same from its file', () => {
    const file = join(workspace.directory('evidence'), 'run.json');
    saveEvidence(file, evidence);
    // Told without the difference, which would be thousands of lines.
    assert.ok(isDeepStrictEqual(loadEvidence(file), evidence));
  });

  it('is refuted by a read of what was overwritten before', () => {
    const puts = evidence.operations.filter(
      ({ operation, returned }) => operation.kind === 'put' && returned < Infinity,
    );
    const reads = evidence.operations.filter(({ operation }) => operation.kind === 'get');
    const overwrittenBefore = (read: TimedOperation): TimedOperation | undefined => {
      const before = puts.filter(
        ({ operation, returned }) =>
          operation.key === read.operation.key && returned < read.invoked,
      );
      // Nothing may have been put more than once.
      return before.find(
        ({ operation, returned }) =>
          operation.kind === 'put' &&
          operation.value !== '' &&
          before.some(({ invoked }) => invoked > returned),
      );
    };
    const last = reads.findLast((read) => overwrittenBefore(read) !== undefined)!;
    const older = overwrittenBefore(last)!;
    assert.ok(older.operation.kind === 'put');
    const { value } = older.operation;
    const operations = evidence.operations.map((each) =>
      each === last ? { ...each, result: value } : each,
    );
    assert.deepEqual(refuted({ ...evidence, operations }), ['what clients saw is linearizable']);
  });

  it('is refuted by an acknowledged write that is not there', () => {
    const [[key] = ['']] = evidence.acknowledged;
    const states = evidence.states.map((state) => ({
      ...state,
      rows: new Map([...state.rows].filter(([row]) => row !== `k/${key}`)),
    }));
    assert.deepEqual(refuted({ ...evidence, states }), ['no acknowledged write is lost']);
  });

  it('is refuted by a member that holds another state', () => {
    const states = evidence.states.map((state, at) =>
      at === 1 ? { ...state, rows: new Map([...state.rows, ['k/only-here', 'x']]) } : state,
    );
    assert.deepEqual(refuted({ ...evidence, states }), ['all members hold the same state']);
    assert.equal(isGood(judge({ ...evidence, states })), false);
  });

  it('is refuted by a member that ended by itself', () => {
    assert.deepEqual(refuted({ ...evidence, accidents: ['m1 ended'] }), [
      'no member ended or stopped by itself',
    ]);
  });

  it('is refuted by members that do not come together again', () => {
    assert.deepEqual(refuted({ ...evidence, unhealed: ['m1 lags'] }), ['the cluster healed']);
  });

  it('is refuted when nothing was done to the cluster, or a part of it never in a long run', () => {
    assert.deepEqual(refuted({ ...evidence, missing: ['kill: never'] }), ['the faults struck']);
    const [idle, done] = [
      new Map([['kill', 0]]),
      new Map([
        ['kill', 0],
        ['stop', 1],
      ]),
    ];
    assert.deepEqual(missingOf(idle, { durationMs: 1_000 }), ['kill: never']);
    assert.deepEqual(missingOf(done, { durationMs: 1_000 }), []);
    assert.deepEqual(missingOf(done, { durationMs: 300_000 }), ['kill: never']);
  });
});
