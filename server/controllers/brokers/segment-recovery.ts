/** Segments without a leader get one again: the replica in sync that has come furthest, as brokers say. */
import type { BrokerNode } from '../../codec/robustmq/node.ts';
import type { EngineSegment } from '../../codec/robustmq/segment.ts';
import { node } from '../../state/registry/node.ts';
import { recoverSegment, successors } from '../../state/registry/segment-repair.ts';
import { segment } from '../../state/registry/shard.ts';
import type { Key } from '../../state/resources/key.ts';
import type { BrokerAnswer, ReplicaEnd } from './broker-calls.ts';
import { propose } from './duty.ts';
import type { Call, Duty, Moment, Proposal } from './duty.ts';
import { createRests } from './rests.ts';
import { atOf, createSegmentRound, nameOf } from './segment-round.ts';

/** Segments whose replicas are asked at once. */
const RECOVERIES_MAX = 100;
const ASK_AGAIN_MS = 5_000;

/** The replicas of a segment in one of its epochs, and what each has said. */
interface Recovery {
  readonly key: Key;
  readonly begunMs: number;
  readonly said: Map<bigint, ReplicaEnd | 'asked' | 'nothing'>;
}

export function createSegmentRecovery(): Duty {
  const recoveries = new Map<string, Recovery>();
  const rests = createRests(ASK_AGAIN_MS);
  const stranded = createSegmentRound('stranded');

  /** What comes of the answers; those that do not help leave the place to others. */
  function conclude({ records }: Moment, name: string, recovery: Recovery): readonly Proposal[] {
    const { key, said, begunMs } = recovery;
    const each = records.get(segment, key);
    if (each === undefined || nameOf(each) !== name) {
      recoveries.delete(name);
      return [];
    }
    if ([...said.values()].includes('asked')) return [];
    const leader = furthest(said, successors(records, each));
    if (leader !== undefined) return [propose(name, recoverSegment, { at: atOf(each), leader })];
    recoveries.delete(name);
    rests.begin(attemptOf(each, [...said.keys()]), begunMs);
    return [];
  }

  function ask(
    { records, nowMs }: Moment,
    each: EngineSegment,
    able: readonly bigint[],
  ): readonly Call[] {
    const said: Recovery['said'] = new Map(able.map((id) => [id, 'asked']));
    recoveries.set(nameOf(each), { key: segment.keyOf(each), begunMs: nowMs, said });
    return able.flatMap((id): readonly Call[] => {
      const to = records.get(node, [String(id)]);
      return to === undefined ? [] : [callOf(each, to)];
    });
  }

  return {
    look: (moment) => {
      const actions: (Call | Proposal)[] = [...recoveries].flatMap(([name, recovery]) =>
        conclude(moment, name, recovery),
      );
      stranded.look(moment, (each) => {
        if (recoveries.size >= RECOVERIES_MAX) return false;
        if (recoveries.has(nameOf(each))) return true;
        const able = successors(moment.records, each);
        const rested = able.length > 0 && !rests.has(attemptOf(each, able), moment.nowMs);
        if (rested) actions.push(...ask(moment, each, able));
        return true;
      });
      return actions;
    },
    answered: (name, answer) => {
      const at = name.lastIndexOf(' ');
      const said = recoveries.get(name.slice(0, at))?.said;
      const id = BigInt(name.slice(at + 1));
      if (said?.get(id) === 'asked') said.set(id, endOf(answer));
    },
  };
}

/** Another one once other replicas may lead. */
const attemptOf = (each: EngineSegment, able: readonly bigint[]): string =>
  `${nameOf(each)} ${able.join()}`;

const callOf = (each: EngineSegment, to: BrokerNode): Call => ({
  kind: 'call',
  name: `${nameOf(each)} ${to.node_id}`,
  to,
  request: { kind: 'askReplica', shardName: each.shard_name, segmentSeq: each.segment_seq },
});

const endOf = (answer: BrokerAnswer): ReplicaEnd | 'nothing' =>
  answer.kind === 'replica' ? (answer.replica ?? 'nothing') : 'nothing';

/** Who has the most messages; of those the one with the latest leader epoch, then the lowest id. */
function furthest(said: Recovery['said'], able: readonly bigint[]): bigint | undefined {
  let best: { readonly id: bigint; readonly end: ReplicaEnd } | undefined;
  for (const id of [...able].sort((one, other) => (one < other ? -1 : 1))) {
    const end = said.get(id);
    if (end === undefined || end === 'asked' || end === 'nothing') continue;
    if (best === undefined || isFurther(end, best.end)) best = { id, end };
  }
  return best?.id;
}

const isFurther = (one: ReplicaEnd, other: ReplicaEnd): boolean =>
  one.leo === other.leo ? one.leaderEpoch > other.leaderEpoch : one.leo > other.leo;
