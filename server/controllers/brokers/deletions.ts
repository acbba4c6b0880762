/**
 * What is marked as deleted goes once brokers have deleted their part of it. They are asked, and told
 * again while one says that it has not; who cannot be asked holds it up until it is given up itself.
 */
import type { BrokerNode } from '../../codec/robustmq/node.ts';
import {
  sweepSegment,
  sweepShard,
  sweepTopic,
  tellDoomedSegment,
  tellDoomedShard,
  tellDoomedTopic,
} from '../../state/registry/deletion.ts';
import { doomedSegment, doomedShard, doomedTopic } from '../../state/registry/doomed.ts';
import { nodesById } from '../../state/registry/node.ts';
import { segment, shard } from '../../state/registry/shard.ts';
import { ownShards, topic } from '../../state/registry/topic.ts';
import type { BrokerAnswer, ShardItem } from './broker-calls.ts';
import { propose } from './duty.ts';
import type { Call, Duty, Moment, Proposal } from './duty.ts';
import { take } from './take.ts';

export interface DeletionOptions {
  /** Between two rounds of questions about one thing. */
  readonly roundMs: number;
}

/** As much is seen to at once, of each kind. */
const DOOMED_MAX = 20;
/** As many records in one entry of the log. */
const SWEPT_MAX = 500;

/** One thing that is marked. */
interface Doomed {
  readonly name: string;
  /** Dear to find out: not before a question is due. */
  readonly items: () => readonly ShardItem[];
  /** Who is to be asked; undefined: nobody can be now, who would have to be. */
  readonly brokers: readonly BrokerNode[] | undefined;
  readonly tell: Proposal;
  readonly sweep: Proposal;
}

/** What is known of the parts that brokers have. */
interface Round {
  readonly begunMs: number;
  /** Who was asked, and what was said. */
  readonly answers: Map<string, 'asked' | 'gone' | 'left' | 'silent'>;
  /**
   * The proposal by which brokers are told once more, for a process that was not asked may have listed
   * it; and whether it was applied. Undefined: not all have deleted their parts yet.
   */
  last: { readonly name: string; applied: boolean } | undefined;
}

export function createDeletions({ roundMs }: DeletionOptions): Duty {
  const rounds = new Map<string, Round>();

  function see(doomed: Doomed, nowMs: number): readonly (Call | Proposal)[] {
    const { name, items, brokers, tell, sweep } = doomed;
    if (brokers === undefined) return [];
    const round = rounds.get(name);
    const said = [...(round?.answers.values() ?? [])];
    if (round !== undefined && said.every((each) => each === 'gone')) {
      round.last ??= { name: tell.name, applied: false };
      return [round.last.applied ? sweep : tell];
    }
    if (round !== undefined && nowMs - round.begunMs < roundMs) return [];
    if (said.includes('asked')) return [];
    const asked = items();
    if (asked.length === 0) {
      // Nobody has a part of it; a process may have listed it all the same.
      const last = { name: tell.name, applied: false };
      rounds.set(name, { begunMs: nowMs, answers: new Map(), last });
      return [tell];
    }
    const answers: Round['answers'] = new Map(
      brokers.map((to) => [`${name} ${to.node_id}`, 'asked']),
    );
    rounds.set(name, { begunMs: nowMs, answers, last: undefined });
    const calls = brokers.map((to): Call => ({
      kind: 'call',
      name: `${name} ${to.node_id}`,
      to,
      request: { kind: 'askDeleted', items: asked },
    }));
    return said.includes('left') ? [tell, ...calls] : calls;
  }

  return {
    look: (moment) => {
      const all = [...topicsOf(moment), ...shardsOf(moment), ...segmentsOf(moment)];
      const names = new Set(all.map(({ name }) => name));
      for (const name of rounds.keys()) if (!names.has(name)) rounds.delete(name);
      return all.flatMap((doomed) => see(doomed, moment.nowMs));
    },
    applied: (name) => {
      for (const { last } of rounds.values()) if (last?.name === name) last.applied = true;
    },
    answered: (name, answer) => {
      for (const { answers } of rounds.values()) {
        if (answers.get(name) === 'asked') answers.set(name, meaningOf(answer));
      }
    },
  };
}

const meaningOf = (answer: BrokerAnswer): 'gone' | 'left' | 'silent' =>
  answer.kind === 'deleted' ? (answer.all ? 'gone' : 'left') : 'silent';

function topicsOf({ records }: Moment): readonly Doomed[] {
  return take(records.list(doomedTopic, []), DOOMED_MAX).flatMap((key) => {
    const found = records.get(topic, doomedTopic.keyOf(key));
    if (found === undefined) return [];
    const at = { ...key, topic_id: found.topic_id };
    const name = `topic ${found.topic_id}`;
    return {
      name,
      items: () => ownShards(records, found).map((shardName) => ({ shardName })),
      // Each has it in its cache.
      brokers: present(nodesById(records)),
      tell: propose(name, tellDoomedTopic, at),
      sweep: propose(name, sweepTopic, { at, most: SWEPT_MAX }),
    };
  });
}

function shardsOf(moment: Moment): readonly Doomed[] {
  const { records } = moment;
  return take(records.list(doomedShard, []), DOOMED_MAX).flatMap(({ shard_name }) => {
    const found = records.get(shard, [shard_name]);
    if (found === undefined) return [];
    const at = { shard_name, shard_uid: found.shard_uid };
    const segments = [...records.list(segment, [shard_name])];
    const name = `shard ${found.shard_uid}`;
    return {
      name,
      items: () => (segments.length === 0 ? [] : [{ shardName: shard_name }]),
      brokers: present(holders(moment, segments)),
      tell: propose(name, tellDoomedShard, at),
      sweep: propose(name, sweepShard, { at, most: SWEPT_MAX }),
    };
  });
}

function segmentsOf(moment: Moment): readonly Doomed[] {
  const { records } = moment;
  return take(records.list(doomedSegment, []), DOOMED_MAX).flatMap((at) => {
    const found = records.get(segment, doomedSegment.keyOf(at));
    if (found === undefined) return [];
    const { shard_name: shardName, segment_seq: segmentSeq } = at;
    const name = `segment ${shardName} ${segmentSeq}`;
    return {
      name,
      items: () => [{ shardName, segmentSeq }],
      brokers: present(holders(moment, [found])),
      tell: propose(name, tellDoomedSegment, at),
      sweep: propose(name, sweepSegment, at),
    };
  });
}

/** Registered nodes that have a replica. */
function holders(
  { records }: Moment,
  segments: readonly { readonly replicas: readonly { readonly node_id: bigint }[] }[],
): readonly BrokerNode[] {
  const ids = new Set(segments.flatMap(({ replicas }) => replicas.map(({ node_id }) => node_id)));
  return nodesById(records).filter(({ node_id }) => ids.has(node_id));
}

const present = (brokers: readonly BrokerNode[]): readonly BrokerNode[] | undefined =>
  brokers.length === 0 ? undefined : brokers;
