/** Plays the calls of brokers to meta that were captured, in their order, and compares what comes back. */
import { setTimeout as sleep } from 'node:timers/promises';
import { MetaServiceServiceService as Common } from '../../proto/gen/meta/common.ts';
import { bincode } from '../../server/codec/layout/bincode.ts';
import { BrokerNode } from '../../server/codec/robustmq/node.ts';
import type { Attempt } from '../broker/attempt.ts';
import { createMetaCalls } from '../broker/meta-calls.ts';
import type { CapturedCall } from './capture.ts';
import { capturedPushes } from './captured-pushes.ts';
import { createComparison, type Comparison } from './compare.ts';
import { comparePushes, takeAsRepeated } from './compare-pushes.ts';
import { compareReply } from './compare-reply.ts';
import type { Outcome } from './findings.ts';
import { killsOf } from './kills.ts';
import { deletersBefore } from './deletions.ts';
import { createIds } from './must-differ.ts';
import { createPace, type Awaited } from './pace.ts';
import { bestOf, orderOf, outcomeOf } from './push-outcomes.ts';
import { createStage, type Stage } from './stage.ts';
import { createTranslation, type Translation } from './translation.ts';
import { areWillsTold, willsOf } from './wills.ts';

export interface ReplaySetup {
  readonly calls: readonly CapturedCall[];
  /** Client addresses of members. */
  readonly meta: readonly string[];
  /** Whether the capture says of each broker what was pushed to it, or of all of them together. */
  readonly pushes: 'by broker' | 'once';
}

/** Of a timer of 30 s, a check of its end, and what takes its time. */
const TIMER_MS_MAX = 40_000;
/** What was pushed later than that waited for a timer. */
const PROMPT_MS = 2_000;
const PROMPT_MS_MAX = 1_500;
const END_MS_MAX = 15_000;
/** Topics are deleted broker after broker, each asked again after 3 s while it has not. */
const DELETION_MS_MAX = 30_000;
const POLL_MS = 5;
/** As long as nothing at all was pushed: who pushes nothing is not waited for. */
const NOTHING_MS_MAX = 200;
/** As a broker that registers waits for a group that is not initialized. */
const REGISTER_PAUSE_MS = 2_000;
const REGISTRATIONS_MAX = 30;

/** Plays a capture, and says what became of each of its calls and pushes. It takes minutes: of timers. */
export async function replay(setup: ReplaySetup): Promise<readonly Outcome[]> {
  const { calls, meta } = setup;
  const metaCalls = createMetaCalls({ clear: () => Promise.resolve() });
  const stage = await createStage({ calls, meta, metaCalls });
  try {
    const fromS = Date.now() / 1_000;
    const translation = createTranslation({
      addressOf: (id) => stage.brokers.get(id)?.address ?? '',
      nowS: () => BigInt(Math.floor(Date.now() / 1_000)),
    });
    const comparison = createComparison(createIds(), () => ({
      fromS,
      toS: Date.now() / 1_000,
      isBroker: (id) => stage.brokers.has(id),
    }));
    const everywhere = capturedPushes(calls, translation);
    const replies = await play(setup, { stage, translation, comparison, metaCalls });
    const verdicts = awaitedOf(setup, stage, translation).map(({ captured, received }) =>
      bestOf(received.map((each) => comparePushes(captured, each, comparison, everywhere))),
    );
    const pushes = takeAsRepeated(verdicts).flat();
    const orders = [...stage.brokers.values()].map(orderOf);
    return [...replies, ...pushes.map(outcomeOf), ...orders, ...willsOf(calls, stage)];
  } finally {
    stage.close();
    metaCalls.close();
  }
}

interface Scene {
  readonly stage: Stage;
  readonly translation: Translation;
  readonly comparison: Comparison;
  readonly metaCalls: ReturnType<typeof createMetaCalls>;
}

async function play(setup: ReplaySetup, scene: Scene): Promise<readonly Outcome[]> {
  const { calls, meta } = setup;
  const { stage, translation, comparison } = scene;
  const pace = createPace(awaitedOf(setup, stage, translation), comparison);
  const kills = killsOf(calls);
  const outcomes: Outcome[] = [];
  const waitFor = async (index: number, limitMs: number): Promise<void> => {
    const pushes = [...stage.brokers.values()].some(({ received }) => received.length > 0);
    await within(pushes ? limitMs : Math.min(limitMs, NOTHING_MS_MAX), () => pace.isReady(index));
    pace.giveUp(index);
  };
  const kill = async (index: number, ids: ReadonlySet<bigint>): Promise<void> => {
    const deleters = [...deletersBefore(calls, index)];
    const brokers = [...stage.brokers.values()];
    const isDeleted = ([shard, count]: (typeof deleters)[number]): boolean =>
      brokers.filter(({ deleted }) => deleted.has(shard)).length >= count;
    await within(DELETION_MS_MAX, () => deleters.every(isDeleted));
    for (const id of ids) stage.brokers.get(id)?.kill();
  };
  let previous = calls[0];
  for (const call of calls) {
    if (call.to.kind !== 'meta') continue;
    const before = calls[call.index - 1] ?? call;
    const gapMs = before.atMs - (previous ?? call).atMs;
    const served = outcomes.at(-1)?.kind !== 'not served';
    const limitMs = gapMs > PROMPT_MS ? TIMER_MS_MAX : PROMPT_MS_MAX;
    if (served) await waitFor(call.index, limitMs);
    const killed = kills.get(call.index);
    if (killed !== undefined) await kill(call.index, killed);
    const broker = call.rpc === Common.registerNode.path ? registering(call, stage) : undefined;
    await broker?.revive();
    const request = translation.request(call.rpc, call.request);
    const reply = await ask(scene, meta, call.rpc, request);
    if (reply.kind === 'reply') broker?.begin();
    outcomes.push(compareReply(call, reply, comparison, translation));
    previous = call;
  }
  await waitFor(calls.length, END_MS_MAX);
  await within(TIMER_MS_MAX, () => areWillsTold(calls, stage));
  return outcomes;
}

/** Until something is, and no longer than that. */
async function within(limitMs: number, is: () => boolean): Promise<void> {
  const endsAt = performance.now() + limitMs;
  while (!is() && performance.now() < endsAt) await sleep(POLL_MS);
}

async function ask(
  { metaCalls }: Scene,
  meta: readonly string[],
  rpc: string,
  request: Buffer,
): Promise<Attempt> {
  for (let count = 1; ; count += 1) {
    const reply = await metaCalls.call(meta, rpc, request);
    const isEarly = reply.kind === 'failed' && reply.text.includes('not initialized');
    if (!isEarly || rpc !== Common.registerNode.path || count === REGISTRATIONS_MAX) return reply;
    await sleep(REGISTER_PAUSE_MS);
  }
}

const nodeCodec = bincode(BrokerNode);

const registering = ({ request }: CapturedCall, stage: Stage) =>
  stage.brokers.get(nodeCodec.decode(Common.registerNode.requestDeserialize(request).node).node_id);

/** What was captured as pushed, and where it may arrive. */
function awaitedOf(
  { calls, pushes }: ReplaySetup,
  { brokers }: Stage,
  translation: Translation,
): readonly Awaited[] {
  const all = [...brokers.values()];
  if (pushes === 'once') {
    const received = all.map(({ received: these }) => these);
    return [{ captured: capturedPushes(calls, translation), received }];
  }
  return all.map(({ id, received }) => ({
    captured: capturedPushes(calls, translation, id),
    received: [received],
  }));
}
