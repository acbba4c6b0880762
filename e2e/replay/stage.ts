/** The brokers of a replay: they listen where captured ones listened, answer what these answered, and beat. */
import { BrokerServiceService as BrokerRpcs } from '../../proto/gen/broker/broker.ts';
import { MetaServiceServiceService as Common } from '../../proto/gen/meta/common.ts';
import { startListener, type BrokerHandlers, type Listener } from '../broker/listener.ts';
import type { MetaCalls } from '../broker/meta-calls.ts';
import type { CapturedCall } from './capture.ts';
import { pushContent, type Push } from './content.ts';

export interface StagedBroker {
  readonly id: bigint;
  readonly address: string;
  readonly received: readonly Push[];
  /** Tenant and client of each will that it was told to publish. */
  readonly wills: readonly string[];
  /** Names of the shards that it said it had deleted. */
  readonly deleted: ReadonlySet<string>;
  /** It is registered: from now on it beats. */
  begin(): void;
  /** Its process is gone, or there again. */
  kill(): void;
  revive(): Promise<void>;
}

export interface StageSetup {
  readonly calls: readonly CapturedCall[];
  /** Client addresses of members. */
  readonly meta: readonly string[];
  readonly metaCalls: MetaCalls;
}

export interface Stage {
  readonly brokers: ReadonlyMap<bigint, StagedBroker>;
  close(): void;
}

const BEAT_MS = 3_000;

export async function createStage(setup: StageSetup): Promise<Stage> {
  const ids = new Set(setup.calls.flatMap(({ to }) => (to.kind === 'broker' ? [to.id] : [])));
  const brokers = await Promise.all([...ids].map((id) => stageBroker(id, setup)));
  return {
    brokers: new Map(brokers.map((broker) => [broker.id, broker])),
    close: () => {
      for (const broker of brokers) broker.kill();
    },
  };
}

async function stageBroker(
  id: bigint,
  { calls, meta, metaCalls }: StageSetup,
): Promise<StagedBroker> {
  const received: Push[] = [];
  const wills: string[] = [];
  const deleted = new Set<string>();
  const own = calls.filter(({ to }) => to.kind === 'broker' && to.id === id);
  const handlers: BrokerHandlers = {
    updateCache: ({ records }) => {
      received.push(...records.map(pushContent));
      return { code: false, data: '' };
    },
    sendLastWillMessage: ({ items }) => {
      wills.push(...items.map(({ tenant, clientId }) => `${tenant}/${clientId}`));
      return {};
    },
    getShardSegmentDeleteStatus: deletionAnswers(own, deleted),
    queryReplicaLeo: ({ shardName, segmentSeq }) =>
      replicaAnswer(own, shardName, segmentSeq) ?? {
        segmentLeo: 0n,
        latestLeaderEpoch: 0,
        logStartOffset: 0n,
        available: false,
      },
    getQosDataByClientId: () => ({ data: [] }),
    sendShareGroupMessage: () => ({}),
    fetchAmqpQueueMessage: () => ({
      hasMessage: false,
      record: Buffer.alloc(0),
      offset: 0n,
      indexOffset: undefined,
    }),
  };
  const listen = (address: string): Promise<Listener> =>
    startListener({ address, handlers, clear: () => Promise.resolve() });
  const { address, close } = await listen('127.0.0.1:0');
  let end: (() => void) | undefined = close;
  let beats: NodeJS.Timeout | undefined;
  const beat = (): void => {
    const request = Common.heartbeat.requestSerialize({ nodeId: id });
    for (const each of meta) void metaCalls.call([each], Common.heartbeat.path, request);
  };
  return {
    ...{ id, address, received, wills, deleted },
    begin: () => {
      clearInterval(beats);
      beats = setInterval(beat, BEAT_MS);
      beat();
    },
    kill: () => {
      clearInterval(beats);
      end?.();
      end = undefined;
    },
    revive: async () => {
      end ??= (await listen(address)).close;
    },
  };
}

/** What was captured of a shard, one answer after the other; the last one from then on. */
function deletionAnswers(
  own: readonly CapturedCall[],
  told: Set<string>,
): BrokerHandlers['getShardSegmentDeleteStatus'] {
  const { path, responseDeserialize } = BrokerRpcs.getShardSegmentDeleteStatus;
  const left = new Map<string, boolean[]>();
  for (const { rpc, replies } of own) {
    if (rpc !== path) continue;
    for (const { shardName, deleted } of replies.flatMap((r) => responseDeserialize(r).results)) {
      left.set(shardName, [...(left.get(shardName) ?? []), deleted]);
    }
  }
  const next = (shard: string): boolean => {
    const answers = left.get(shard) ?? [];
    const deleted = (answers.length > 1 ? answers.shift() : answers[0]) ?? true;
    if (deleted) told.add(shard);
    return deleted;
  };
  return ({ items }) => ({
    results: items.map(({ shardName }) => ({ shardName, deleted: next(shardName) })),
  });
}

function replicaAnswer(own: readonly CapturedCall[], shard: string, segment: number) {
  const { path, requestDeserialize, responseDeserialize } = BrokerRpcs.queryReplicaLeo;
  const asked = own.find(({ rpc, request }) => {
    if (rpc !== path) return false;
    const { shardName, segmentSeq } = requestDeserialize(request);
    return shardName === shard && segmentSeq === segment;
  });
  const [reply] = asked?.replies ?? [];
  return reply && responseDeserialize(reply);
}
