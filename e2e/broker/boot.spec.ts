import assert from 'node:assert/strict';
import { status } from '@grpc/grpc-js';
import { readCapture, type CapturedCall } from '../replay/capture.ts';
import type { Attempt } from './attempt.ts';
import { BootError, type BootAction } from './boot-action.ts';
import { boot, PHASES } from './boot.ts';
import { EMPTY_CACHES, load, type Caches } from './caches.ts';
import { receive } from './reception.ts';
import { bootSteps, settingsOf } from './testing/playback.ts';

const calls = readCapture('boot-mqtt-admin');
const BROKER = 100n;
const steps = bootSteps(calls, BROKER);

const reply = (messages: readonly Buffer[]): Attempt => ({ kind: 'reply', messages });
const failed = (text: string): Attempt => ({
  kind: 'failed',
  text,
  code: status.INTERNAL,
  details: text,
  answered: true,
});

/** Boots against the capture; `tamper` may answer a call otherwise. Returns what was done. */
function run(tamper: Tamper = () => undefined, done: Done[] = []): BootRun {
  let caches: Caches = EMPTY_CACHES;
  const seen = new Map<string, Attempt>();
  const left = [...steps];
  const settings = settingsOf(calls, BROKER);
  const answer = ({ rpc, request }: Extract<BootAction, { kind: 'call' }>): Attempt => {
    const name = `${rpc} ${request.toString('hex')}`;
    const [next] = left;
    if (next?.call.rpc !== rpc || !next.call.request.equals(request)) {
      // Exact repeats are not in the capture.
      return seen.get(name) ?? assert.fail(`${name} instead of ${next?.call.rpc ?? 'nothing'}`);
    }
    left.shift();
    done.push({ kind: 'call', rpc: rpc.slice(rpc.lastIndexOf('/') + 1) });
    for (const record of next.pushes) caches = receive(caches, record).caches;
    const { failure, replies } = next.call;
    const outcome = tamper(next.call) ?? (failure ? failed(failure.details) : reply(replies));
    seen.set(name, outcome);
    return outcome;
  };
  const actions = boot(settings, () => caches);
  let step = actions.next();
  while (step.done !== true && left.length > 0) {
    const action = step.value;
    let outcome: Attempt | undefined;
    if (action.kind === 'call') outcome = answer(action);
    else done.push(action);
    if (action.kind === 'cache') caches = load(caches, action.rows);
    if (action.kind === 'await push') assert.ok(action.holds(caches), action.what);
    step = actions.next(outcome);
  }
  return { done, caches, left };
}

type Tamper = (call: CapturedCall) => Attempt | undefined;
type Done = Exclude<BootAction, { kind: 'call' }> | { readonly kind: 'call'; readonly rpc: string };

interface BootRun {
  readonly done: readonly Done[];
  readonly caches: Caches;
  readonly left: readonly unknown[];
}

const rpcs = ({ done }: BootRun): readonly string[] =>
  done.flatMap((each) => (each.kind === 'call' ? [each.rpc] : []));

describe('the boot of a broker', () => {
  it('makes the captured calls, byte for byte and in their order', () => {
    const result = run();
    assert.equal(result.left.length, 0);
    assert.deepEqual(
      rpcs(result),
      steps.map(({ call }) => call.rpc.slice(call.rpc.lastIndexOf('/') + 1)),
    );
    assert.equal(rpcs(result).length, 56);
  });

  it('goes through its phases, and waits for a push after what it creates', () => {
    const { done } = run();
    const phases = done.flatMap((each) => (each.kind === 'phase' ? [each.name] : []));
    assert.deepEqual(phases, PHASES.map(({ name }) => name).slice(0, phases.length));
    assert.equal(phases.at(-1), 'run');
    const waits = done.flatMap((each) => (each.kind === 'await push' ? [each.limitMs] : []));
    assert.deepEqual(waits.slice(0, 4), [5_000, 10_000, 5_000, 10_000]);
    assert.deepEqual(
      done.flatMap((each) => (each.kind === 'pause' ? [each.ms] : [])),
      [1_000, 0],
    );
  });

  it('fills its caches', () => {
    const { rows } = run().caches;
    const sizes = Object.entries(rows).map(([name, of]) => [name, of.size] as const);
    assert.deepEqual(Object.fromEntries(sizes.filter(([, size]) => size > 0)), {
      Tenant: 1,
      Topic: 8,
      Shard: 8,
      Segment: 8,
      User: 1,
    });
  });

  describe('is over with the first answer that is wrong', () => {
    const lists = steps
      .map(({ call }) => call.rpc)
      .filter((rpc) => /\/(List|Get|NodeList)/.test(rpc));
    for (const rpc of new Set(lists)) {
      it(rpc.slice(rpc.lastIndexOf('/') + 1), () => {
        const answers: readonly Attempt[] = [
          failed('status: \'Operation is not implemented or not supported\', self: ""'),
          // Field 1, of a length that is not there.
          reply([Buffer.from('0aff', 'hex')]),
          // A payload that is cut off.
          reply([Buffer.from('0a0101120101', 'hex')]),
        ];
        for (const wrong of answers) {
          assert.throws(() => run((call) => (call.rpc === rpc ? wrong : undefined)), BootError);
        }
      });
    }
  });

  it('needs an epoch', () => {
    const none = (call: CapturedCall): Attempt | undefined =>
      call.rpc.endsWith('/RegisterNode') ? reply([Buffer.alloc(0)]) : undefined;
    assert.throws(() => run(none), /epoch 0 is none/);
  });

  it('asks 30 times to be registered, if the group is not initialized, and once otherwise', () => {
    const pauses = (text: string): number => {
      const done: Done[] = [];
      const refuse = ({ rpc }: CapturedCall): Attempt | undefined =>
        rpc.endsWith('/RegisterNode') ? failed(text) : undefined;
      assert.throws(() => run(refuse, done), BootError);
      return done.filter((each) => each.kind === 'pause' && each.ms === 2_000).length;
    };
    assert.equal(pauses('raft group not initialized'), 29);
    assert.equal(pauses('No Broker nodes are available'), 0);
  });
});
