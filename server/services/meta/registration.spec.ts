/**
 * What a broker is told whose registration went wrong. By two words it knows that it may ask again;
 * whatever else it is told ends the process (`behaviour.md` §1.2).
 */
import assert from 'node:assert/strict';
import { MetaServiceServiceService } from '../../../proto/gen/meta/common.ts';
import type { ProposeOutcome } from '../../node/outcome.ts';
import { node } from '../../state/registry/node.ts';
import { nodeOf } from '../../state/testing/registry-world.ts';
import { createAdmission } from '../admission.ts';
import { createGate } from '../gate.ts';
import type { Limits } from '../limits.ts';
import type { Leadership } from '../leadership.ts';
import { askRpc } from '../testing/ask.ts';
import type { Answered } from '../testing/ask.ts';
import { LIMITS } from '../testing/server.ts';
import { COMMON } from './common.ts';
import { createHandlers } from './handlers.ts';
import type { State } from './row.ts';

const WAIT_MS = 3_000;

interface Scene {
  readonly leader: ReturnType<Leadership['current']>;
  /** What becomes of every proposal. */
  readonly outcome: ProposeOutcome;
  readonly limits?: Limits;
}

/** Asks a member. Nobody who waits for a leader finds one. */
function ask(
  { leader, outcome, limits = LIMITS }: Scene,
  rpc: string,
  request: Readonly<Record<string, unknown>>,
): Promise<Answered> {
  const gate = createGate(
    {
      node: { propose: (_command, done) => done(outcome), read: () => assert.fail(rpc) },
      leadership: { current: () => leader, changed: () => () => undefined },
      clock: { nowMs: () => 0 },
      alarm: (ms, wake) => {
        assert.equal(ms, WAIT_MS);
        setImmediate(wake);
        return () => undefined;
      },
    },
    { waitMsMax: WAIT_MS, secondRedirectMs: 0 },
  );
  const parts = {
    gate,
    state: {} as State,
    admission: createAdmission(limits),
    limits,
    wallMs: () => 1,
    timeMs: () => 1,
    newId: () => 'id',
    told: { whenTold: () => assert.fail(rpc) },
    relay: undefined,
  };
  const definition = MetaServiceServiceService;
  const handlers = createHandlers(definition, COMMON, parts, false);
  return askRpc([{ definition, handlers, long: new Set() }], rpc, request);
}

const UNKNOWN: ProposeOutcome = { kind: 'unknown' };
const UNCERTAIN =
  'the write may or may not have been carried out, or still be; read before you write again';
const LOG_FULL: ProposeOutcome = {
  kind: 'refused',
  refusal: { reason: 'logFull', bytes: 2, bytesMax: 1 },
};
const DISK_FULL: ProposeOutcome = { kind: 'refused', refusal: { reason: 'diskFull' } };
const INVALID: ProposeOutcome = {
  kind: 'refused',
  refusal: { reason: 'invalidTarget', problem: 'no' },
};

const CASES: readonly (readonly [what: string, Scene, code: string, details: string])[] = [
  [
    'nobody leads',
    { leader: undefined, outcome: UNKNOWN },
    'UNAVAILABLE',
    `not initialized: no leader was found within ${WAIT_MS} ms; nothing was carried out`,
  ],
  [
    'the leader did not hear from the others in time',
    { leader: 'here', outcome: UNKNOWN },
    'DEADLINE_EXCEEDED',
    `not initialized: ${UNCERTAIN}`,
  ],
  [
    'too many writes wait to be committed',
    { leader: 'here', outcome: LOG_FULL },
    'RESOURCE_EXHAUSTED',
    'not initialized: writes of 2 bytes wait to be committed, and 1 may (raft.uncommitted_max); try again later',
  ],
  [
    'the disk is full',
    { leader: 'here', outcome: DISK_FULL },
    'RESOURCE_EXHAUSTED',
    'not initialized: the disk has less free space than storage.free_min; free some',
  ],
  [
    'more requests are in work than may be',
    { leader: 'here', outcome: UNKNOWN, limits: { ...LIMITS, requestsMax: 0 } },
    'RESOURCE_EXHAUSTED',
    'not initialized: limits.requests: 0 are in work already; try again later',
  ],
  ['it is refused for good', { leader: 'here', outcome: INVALID }, 'FAILED_PRECONDITION', 'no'],
];

describe('A broker that registers', () => {
  const request = { node: node.wire.encode(nodeOf(1n)) };
  for (const [what, scene, code, details] of CASES) {
    const may = details.startsWith('not initialized') ? 'may ask again' : 'is told why';
    it(`${may} when ${what}`, async () => {
      const answered = await ask(scene, 'RegisterNode', request);
      assert.deepEqual(answered, { code, details, replies: [] });
    });
  }

  it('is alone in that: nobody waits for these words who does anything else', async () => {
    const scene: Scene = { leader: 'here', outcome: UNKNOWN };
    const { code, details } = await ask(scene, 'CreateTenant', { tenantName: 't', desc: 'd' });
    assert.deepEqual([code, details], ['DEADLINE_EXCEEDED', UNCERTAIN]);
    const full = { ...scene, limits: { ...LIMITS, requestsMax: 0 } };
    const refused = await ask(full, 'CreateTenant', { tenantName: 't', desc: 'd' });
    assert.match(refused.details, /^limits\.requests/);
  });
});
