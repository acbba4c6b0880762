/** Plays the calls of brokers to meta that were captured, in their order, and compares what comes back. */
import { setTimeout as sleep } from 'node:timers/promises';
import { BrokerServiceService as BrokerRpcs } from '../../proto/gen/broker/broker.ts';
import { MetaServiceServiceService as Common } from '../../proto/gen/meta/common.ts';
import { bincode } from '../../server/codec/layout/bincode.ts';
import { BrokerNode } from '../../server/codec/robustmq/node.ts';
import { createMetaCalls } from '../broker/meta-calls.ts';
import type { CapturedCall } from './capture.ts';
import { createComparison, type Comparison } from './compare.ts';
import { comparePushes, type CapturedPush, type PushVerdict } from './compare-pushes.ts';
import { compareReply } from './compare-reply.ts';
import { pushContent } from './content.ts';
import type { Outcome } from './findings.ts';
import { createIds } from './must-differ.ts';
import { createPace, type Awaited } from './pace.ts';
import { createStage, type Stage } from './stage.ts';
import { createTranslation, type Translation } from './translation.ts';

export interface ReplaySetup {
  readonly calls: readonly CapturedCall[];
  /** Client addresses of members. */
  readonly meta: readonly string[];
  /** Whether the capture says of each broker what was pushed to it, or of all of them together. */
  readonly pushes: 'by broker' | 'once';
  readonly progress?: (index: number) => void;
}

/** Of a timer of 30 s, a check of its end, and what takes its time. */
const TIMER_MS_MAX = 40_000;
/** What was pushed later than that waited for a timer. */
const PROMPT_MS = 2_000;
const PROMPT_MS_MAX = 1_500;
const END_MS_MAX = 15_000;
const POLL_MS = 5;
/** From the last heartbeat of a process that was killed until it had expired. */
const EXPIRY_MS = 30_100;

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
    const replies = await play(setup, { stage, translation, comparison, metaCalls });
    const pushes = awaitedOf(setup, stage, translation).flatMap(({ captured, received }) =>
      bestOf(received.map((each) => comparePushes(captured, each, comparison))),
    );
    return [...replies, ...pushes.map(outcomeOf), ...willsOf(calls, stage)];
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
  const { calls, meta, progress } = setup;
  const { stage, translation, comparison, metaCalls } = scene;
  const pace = createPace(awaitedOf(setup, stage, translation), comparison);
  const kills = killsOf(calls);
  const outcomes: Outcome[] = [];
  const waitFor = async (index: number, limitMs: number): Promise<void> => {
    const begin = performance.now();
    while (!pace.isReady(index) && performance.now() - begin < limitMs) await sleep(POLL_MS);
    pace.giveUp(index);
  };
  let previous = calls[0];
  for (const call of calls) {
    if (call.to.kind !== 'meta') continue;
    const before = calls[call.index - 1] ?? call;
    const gapMs = before.atMs - (previous ?? call).atMs;
    const served = outcomes.at(-1)?.kind !== 'not served';
    if (served) await waitFor(call.index, gapMs > PROMPT_MS ? TIMER_MS_MAX : PROMPT_MS_MAX);
    for (const id of kills.get(call.index) ?? []) stage.brokers.get(id)?.kill();
    const broker = call.rpc === Common.registerNode.path ? registering(call, stage) : undefined;
    await broker?.revive();
    const request = translation.request(call.rpc, call.request);
    const reply = await metaCalls.call(meta, call.rpc, request);
    if (reply.kind === 'reply') broker?.begin();
    outcomes.push(compareReply(call, reply, comparison, translation));
    previous = call;
    progress?.(call.index);
  }
  await waitFor(calls.length, END_MS_MAX);
  return outcomes;
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
  const captured = calls.flatMap((call) =>
    call.to.kind === 'broker' && call.rpc === BrokerRpcs.updateCache.path
      ? [{ to: call.to.id, pushes: pushesIn(call, translation) }]
      : [],
  );
  const all = captured.flatMap(({ pushes: these }) => these);
  if (pushes === 'once') {
    return [{ captured: all, received: [...brokers.values()].map(({ received }) => received) }];
  }
  return [...brokers.values()].map(({ id, received }) => ({
    captured: captured.flatMap(({ to, pushes: these }) => (to === id ? these : [])),
    received: [received],
  }));
}

function pushesIn({ index, request }: CapturedCall, translation: Translation): CapturedPush[] {
  const { records } = BrokerRpcs.updateCache.requestDeserialize(request);
  return records.map((record) => {
    const push = pushContent(record);
    const { resource, value } = push;
    // Looked at when it is compared: until then it may not have been sent.
    return {
      ...push,
      index,
      get value() {
        return translation.row(resource, value);
      },
    };
  });
}

/** Which brokers are killed before which call: so long before they had expired. */
function killsOf(calls: readonly CapturedCall[]): ReadonlyMap<number, readonly bigint[]> {
  const kills = new Map<number, bigint[]>();
  for (const call of calls) {
    if (call.to.kind !== 'broker' || call.rpc !== BrokerRpcs.updateCache.path) continue;
    const { records } = BrokerRpcs.updateCache.requestDeserialize(call.request);
    for (const { resource, action, value } of records.map(pushContent)) {
      if (resource !== 'Node' || action !== 'Delete') continue;
      const id = (value as BrokerNode).node_id;
      const at = calls.find(({ to, atMs }) => to.kind === 'meta' && atMs >= call.atMs - EXPIRY_MS);
      if (at !== undefined) kills.set(at.index, [...(kills.get(at.index) ?? []), id]);
    }
  }
  return kills;
}

/** Of a push that was captured once, the best that any broker has to say of it. */
function bestOf(verdicts: readonly (readonly PushVerdict[])[]): readonly PushVerdict[] {
  const [first = [], ...others] = verdicts;
  if (others.length === 0) return first;
  const rank = ['equal', 'differs', 'missing'];
  const best = new Map<object, PushVerdict>();
  const rest: PushVerdict[] = [];
  for (const verdict of verdicts.flat()) {
    if (verdict.kind === 'repeated' || verdict.kind === 'unexpected') rest.push(verdict);
    else {
      const known = best.get(verdict.push);
      const better = known === undefined || rank.indexOf(verdict.kind) < rank.indexOf(known.kind);
      if (better) best.set(verdict.push, verdict);
    }
  }
  return [...best.values(), ...rest];
}

function outcomeOf(verdict: PushVerdict): Outcome {
  const { resource, action, key, value } = verdict.push;
  const what = `push ${resource} ${action}`;
  const { kind } = verdict;
  switch (verdict.kind) {
    case 'equal':
    case 'repeated':
      return { what, kind, findings: [] };
    case 'missing': {
      const { index } = verdict.push;
      const finding = { index, what, field: 'missing', at: key, captured: value, ours: undefined };
      return { what, kind, findings: [finding] };
    }
    case 'unexpected': {
      const finding = { what, field: 'unexpected', at: key, captured: undefined, ours: value };
      return { what, kind, findings: [{ ...finding, index: undefined }] };
    }
    case 'differs': {
      const { index } = verdict.push;
      const findings = verdict.differences.map((each) => ({
        ...each,
        at: `${key} ${each.at}`.trimEnd(),
        what,
        index,
      }));
      return { what, kind, findings };
    }
  }
}

/** A will is published once, by any broker; the original told all of them. */
function willsOf(calls: readonly CapturedCall[], { brokers }: Stage): readonly Outcome[] {
  const { path, requestDeserialize } = BrokerRpcs.sendLastWillMessage;
  const captured = new Set(
    calls
      .filter(({ rpc }) => rpc === path)
      .flatMap(({ request }) => requestDeserialize(request).items)
      .map(({ tenant, clientId }) => `${tenant}/${clientId}`),
  );
  const told = [...brokers.values()].flatMap(({ wills }) => wills);
  return [...new Set([...captured, ...told])].map((will) => {
    const what = 'SendLastWillMessage';
    const ours = told.filter((each) => each === will).length;
    const expected = captured.has(will) ? 1 : 0;
    if (ours === expected) return { what, kind: 'equal', findings: [] };
    const finding = {
      index: undefined,
      what,
      field: 'times told',
      at: will,
      captured: expected,
      ours,
    };
    return { what, kind: 'differs', findings: [finding] };
  });
}
