/** How a broker tells every meta server that it lives. */
import { MetaServiceServiceService as Common } from '../../proto/gen/meta/common.ts';
import { bincode } from '../../server/codec/layout/bincode.ts';
import { BrokerNode } from '../../server/codec/robustmq/node.ts';
import type { Attempt } from './attempt.ts';
import type { MetaCalls } from './meta-calls.ts';

export interface HeartbeatsSetup {
  readonly node: BrokerNode;
  readonly meta: readonly string[];
  readonly calls: MetaCalls;
  readonly signal: AbortSignal;
  /** It was forgotten, and is registered again. */
  readonly registered: (epoch: bigint) => void;
}

const INTERVAL_MS = 3_000;

const nodeCodec = bincode(BrokerNode);

/** Beats at once, and every 3 s, until the signal. */
export function startHeartbeats(setup: HeartbeatsSetup): void {
  const { signal } = setup;
  const tick = (): void => {
    const round = AbortSignal.any([signal, AbortSignal.timeout(INTERVAL_MS)]);
    beat(setup, round).catch((error: unknown) => {
      if (!round.aborted) throw error;
    });
  };
  tick();
  const timer = setInterval(tick, INTERVAL_MS);
  signal.addEventListener('abort', () => clearInterval(timer));
}

/**
 * One round: each address after the one before. One that does not answer starves those behind it, and
 * is not forgotten when the round ends over it: where it is remembered as the leader, it is asked first
 * in the next one, too.
 */
async function beat(
  { node, meta, calls, registered }: HeartbeatsSetup,
  round: AbortSignal,
): Promise<void> {
  const request = Common.heartbeat.requestSerialize({ nodeId: node.node_id });
  let latest: Attempt | undefined;
  let heard = false;
  for (const address of meta) {
    latest = await calls.call([address], Common.heartbeat.path, request, round);
    heard ||= latest.kind === 'reply';
  }
  if (heard || latest?.kind !== 'failed' || !saysUnknown(latest.text)) return;
  const { path, requestSerialize, responseDeserialize } = Common.registerNode;
  const again = await calls.call(
    meta,
    path,
    requestSerialize({ node: Buffer.from(nodeCodec.encode(node)) }),
  );
  const [reply] = again.kind === 'reply' ? again.messages : [];
  if (reply !== undefined) registered(responseDeserialize(reply).brokerEpoch);
}

const saysUnknown = (text: string): boolean =>
  text.includes('Node') && text.includes('does not exist');
