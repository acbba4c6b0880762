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
}

/** Asks a member. Nobody who waits for a leader finds one. */
function ask(
  { leader, outcome }: Scene,
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
    admission: createAdmission(LIMITS),
    limits: LIMITS,
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
const TOO_LARGE: ProposeOutcome = {
  kind: 'refused',
  refusal: { reason: 'tooLarge', bytes: 2, bytesMax: 1 },
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
    'it is refused for good',
    { leader: 'here', outcome: TOO_LARGE },
    'RESOURCE_EXHAUSTED',
    'a write of 2 bytes; 1 at most',
  ],
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
  });
});
