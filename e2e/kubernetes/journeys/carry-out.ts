/** Steps, carried out. */
import type { Reason } from '../../../operator/api/condition.ts';
import { podOrdinal, volumeName } from '../../../operator/api/names.ts';
import { until } from '../../processes/until.ts';
import { OPERATOR_NAMESPACE } from '../operator/installation.ts';
import { RECORDERS } from '../recorders/pod.ts';
import type { Recording } from '../recorders/recording.ts';
import { cutOff, damageLog, killProcessesOf } from './accidents.ts';
import type { Step } from './journey.ts';
import { CLUSTER, type Pod, type Stage } from './stage.ts';

const REASON_LIMIT_MS = 120_000;
const GONE_LIMIT_MS = 90_000;
const LEADER_LIMIT_MS = 30_000;
const SECOND_MS = 1_000;

/**
 * Resolves when it is done, not when what follows from it is.
 *
 * @param since how much of the resource had been seen when the step before began.
 */
export async function carryOut(
  step: Step,
  stage: Stage,
  recording: Recording,
  since: number,
): Promise<void> {
  const cluster = stage.ground.cluster.run.name;
  switch (step.does) {
    case 'scale':
      stage.scale(step.to);
      return;
    case 'edit':
      stage.patch(step.spec);
      return;
    case 'use-image':
      stage.patch({ meta: { image: step.image || stage.ground.image } });
      return;
    case 'kubectl':
      byHand(stage, step.args, step.says);
      return;
    case 'create-again':
      stage.remove();
      stage.create(step.replicas);
      return;
    case 'recover':
      recover(stage);
      return;
    case 'delete-pods':
      return deletePods(stage, await stage.podsOf(step.whose));
    case 'lose-volumes':
      return loseVolumes(stage, await stage.podsOf(step.whose));
    case 'kill':
      return kill(stage, await stage.podsOf(step.whose));
    case 'kill-operator':
      killProcessesOf(operatorPods(stage));
      return;
    case 'damage':
      return damage(stage, await stage.podsOf(step.whose));
    case 'cut-off-node':
      return cutOff(cluster, await nodeOf(stage, step.whose), step.seconds * SECOND_MS);
    case 'await':
      return said(stage, step.reason, since);
    case 'settle':
      await stage.settled();
      return;
    case 'write':
      return recording.more(step.writes);
  }
}

function byHand({ kubectl }: Stage, args: string, says = ''): void {
  const { ok, said } = kubectl.attempt(args.split(' '));
  if (!ok) throw new Error(`kubectl ${args}: ${said}`);
  if (!said.includes(says)) throw new Error(`kubectl ${args}: not a word of "${says}" in: ${said}`);
}

function recover({ resource, patch }: Stage): void {
  const incident = resource()?.status?.incident;
  const [furthest] = incident?.survivors ?? [];
  if (incident === undefined || furthest === undefined) throw new Error('no survivor is reported');
  patch({ meta: { recovery: { incident: incident.id, member: furthest.member } } });
}

/** Resolves when the pods are gone, whatever has taken their places. */
async function deletePods(stage: Stage, pods: readonly Pod[]): Promise<void> {
  const names = pods.map(({ metadata }) => metadata.name);
  stage.kubectl('delete', 'pod', ...names, '--wait=false');
  await until(`${names.join()} is gone`, GONE_LIMIT_MS, () =>
    Promise.resolve(
      pods.every(({ metadata: { name, uid } }) => stage.pods().get(name)?.metadata.uid !== uid),
    ),
  );
}

function loseVolumes(stage: Stage, pods: readonly Pod[]): Promise<void> {
  const volumes = pods.map(({ metadata }) =>
    volumeName(CLUSTER, podOrdinal(CLUSTER, metadata.name) ?? 0),
  );
  // They are gone as soon as no pod uses them.
  stage.kubectl('delete', 'pvc', ...volumes, '--wait=false');
  return deletePods(stage, pods);
}

async function damage(stage: Stage, pods: readonly Pod[]): Promise<void> {
  for (const { metadata } of pods) damageLog(stage.kubectl, metadata.name);
  await kill(stage, pods);
}

/** Resolves when they have been seen to be down. */
async function kill(stage: Stage, pods: readonly Pod[]): Promise<void> {
  killProcessesOf(pods.map(({ metadata }) => metadata.uid));
  for (const { metadata } of pods) {
    await until(`${metadata.name} is seen to be down`, GONE_LIMIT_MS, () => {
      const conditions = stage.pods().get(metadata.name)?.status.conditions ?? [];
      return Promise.resolve(
        conditions.some(({ type, status }) => type === 'Ready' && status !== 'True'),
      );
    });
  }
}

const operatorPods = ({ ground }: Stage): readonly string[] =>
  ground
    .kubectl('get', 'pods', '-n', OPERATOR_NAMESPACE, '-o=jsonpath={.items[*].metadata.uid}')
    .split(' ');

/** One on which the clients are not: a leader that is there hands over first. */
async function nodeOf(stage: Stage, whose: 'leader' | 'follower'): Promise<string> {
  const clients = stage.kubectl('get', 'pod', RECORDERS, '-o=jsonpath={.spec.nodeName}');
  const find = async (): Promise<string | undefined> => {
    const pods = await stage.podsOf(whose === 'leader' ? 'leader' : 'followers');
    const nodes = pods.map(({ spec }) => spec.nodeName);
    return nodes.find((each) => each !== undefined && each !== clients);
  };
  const found = await find();
  if (found !== undefined) return found;
  if (whose === 'follower') throw new Error(`all followers are on ${clients}, as the clients are`);
  for (const { metadata } of await stage.podsOf('leader')) {
    stage.kubectl('exec', metadata.name, '--', ...'robustmq-meta member transfer'.split(' '));
  }
  return until(`the leader is not on ${clients}`, LEADER_LIMIT_MS, find);
}

async function said({ seen }: Stage, wanted: Reason, since: number): Promise<void> {
  await until(`the resource says ${wanted}`, REASON_LIMIT_MS, () =>
    Promise.resolve(
      seen
        .slice(since)
        .flatMap(({ cluster }) => cluster.status?.conditions ?? [])
        .some(({ reason }) => reason === wanted),
    ),
  );
}
