/**
 * The first broker of a capture, and the meta server that it booted against: who boots with the same
 * settings makes the same calls, byte for byte.
 */
import { MetaServiceServiceService as Common } from '../../../proto/gen/meta/common.ts';
import { MqttServiceService as Mqtt } from '../../../proto/gen/meta/mqtt.ts';
import {
  BrokerServiceService as BrokerRpcs,
  type UpdateCacheRecord,
} from '../../../proto/gen/broker/broker.ts';
import { bincode } from '../../../server/codec/layout/bincode.ts';
import { SecurityUser } from '../../../server/codec/robustmq/access.ts';
import { BrokerNode } from '../../../server/codec/robustmq/node.ts';
import { Topic } from '../../../server/codec/robustmq/topic.ts';
import type { CapturedCall } from '../../replay/capture.ts';
import type { BootSettings } from '../boot-settings.ts';

/** A call to meta, and what meta pushed to the broker before the next one. */
export interface PlaybackStep {
  readonly call: CapturedCall;
  readonly pushes: readonly UpdateCacheRecord[];
}

/**
 * The boot of the broker that was there first, until the next one comes: without heartbeats, and with
 * the question for the status at its end, because both come between the others at any time.
 */
export function bootSteps(calls: readonly CapturedCall[], broker: bigint): readonly PlaybackStep[] {
  const isNext = ({ rpc, replies }: CapturedCall): boolean =>
    rpc === Common.nodeList.path && replies.some(({ length }) => length > 0);
  const own = calls.slice(0, calls.findIndex(isNext));
  const isStatus = ({ rpc }: CapturedCall): boolean => rpc === Common.clusterStatus.path;
  return stepsOf([...own.filter((each) => !isStatus(each)), ...own.filter(isStatus)], broker);
}

function stepsOf(calls: readonly CapturedCall[], broker: bigint): readonly PlaybackStep[] {
  const steps: { call: CapturedCall; pushes: UpdateCacheRecord[] }[] = [];
  for (const call of calls) {
    if (call.to.kind === 'meta') {
      if (call.rpc !== Common.heartbeat.path) steps.push({ call, pushes: [] });
    } else if (call.to.id === broker && call.rpc === BrokerRpcs.updateCache.path) {
      const { records } = BrokerRpcs.updateCache.requestDeserialize(call.request);
      steps.at(-1)?.pushes.push(...records);
    }
  }
  return steps;
}

/** What the broker with this id knew when it booted. */
export function settingsOf(calls: readonly CapturedCall[], broker: bigint): BootSettings {
  const node = calls
    .filter(({ rpc }) => rpc === Common.registerNode.path)
    .map(({ request }) => Common.registerNode.requestDeserialize(request).node)
    .map((bytes) => nodeCodec.decode(bytes))
    .find(({ node_id }) => node_id === broker);
  if (node === undefined) throw new Error(`Broker ${broker} never registers`);
  const topics = calls.flatMap(topicIn);
  const ids = topics.map(({ topic_id }) => topic_id);
  // First of the tenant, whose time is not sent.
  const made = [
    ...topics.slice(0, 1),
    ...calls.flatMap((each) => [...topicIn(each), ...userIn(each)]),
  ];
  const times = made.map(({ create_time }) => create_time);
  return {
    node,
    partitions: topics[0]?.partition ?? 1,
    innerReplicas: 1,
    user: { name: 'admin', password: 'robustmq' },
    pauseMs: 0,
    reportAfterMs: 60_000,
    newId: () => ids.shift() ?? 'no id is left',
    nowS: () => times.shift() ?? 0n,
  };
}

const nodeCodec = bincode(BrokerNode);
const topicCodec = bincode(Topic);
const userCodec = bincode(SecurityUser);

const topicIn = ({ rpc, request }: CapturedCall): readonly Topic[] =>
  rpc === Mqtt.createTopic.path
    ? [topicCodec.decode(Mqtt.createTopic.requestDeserialize(request).content)]
    : [];

const userIn = ({ rpc, request }: CapturedCall): readonly SecurityUser[] =>
  rpc === Mqtt.createUser.path
    ? [userCodec.decode(Mqtt.createUser.requestDeserialize(request).content)]
    : [];
