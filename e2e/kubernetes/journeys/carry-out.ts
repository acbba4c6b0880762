/** Steps, carried out. */
import type { Reason } from '../../../operator/api/condition.ts';
import { podOrdinal, volumeName } from '../../../operator/api/names.ts';
import { until } from '../../processes/until.ts';
import { installAgain, uninstallAgain } from '../operator/second.ts';
import type { Recording } from '../recorders/recording.ts';
import { cutOff, signalProcessesOf, stopApiServer, toVolume } from './accidents.ts';
import { brokersTold, startBrokers } from './brokers.ts';
import { nameAgain } from './images.ts';
import type { Accident, Step, Whose } from './journey.ts';
import { leadBesideClients, nodeOf } from './leading.ts';
import { killOperator, stopOperator, updateOperator } from './operator-processes.ts';
import { CLUSTER, type Pod, type Stage } from './stage.ts';

const REASON_LIMIT_MS = 120_000;
const GONE_LIMIT_MS = 90_000;
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
    case 'update-image':
      stage.patch({ meta: { image: await nameAgain(stage.ground) } });
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
    case 'install-again':
      return installAgain(stage.ground);
    case 'uninstall-again':
      uninstallAgain(stage.ground);
      return;
    case 'update-operator':
      return updateOperator(stage.ground);
    case 'start-brokers':
      startBrokers(stage, step.ids);
      return;
    case 'await-brokers':
      return brokersTold(stage, step.ids);
    case 'lead-beside-clients':
      return leadBesideClients(stage);
    case 'await':
      return said(stage, step.reason, since);
    case 'settle':
      await stage.settled();
      return;
    case 'write':
      return recording.more(step.writes);
    case 'delete-pods':
    case 'lose-volumes':
    case 'kill':
    case 'kill-operator':
    case 'stop-operator':
    case 'damage':
    case 'empty-volumes':
    case 'fill-volumes':
    case 'free-volumes':
    case 'delete-node':
    case 'restore-nodes':
    case 'stop-api-server':
    case 'cut-off-node':
      return befall(step, stage);
  }
}

async function befall(step: Accident, stage: Stage): Promise<void> {
  const { ground, nodes } = stage;
  const cluster = ground.cluster.run.name;
  switch (step.does) {
    case 'delete-pods':
      return deletePods(stage, await stage.podsOf(step.whose));
    case 'lose-volumes':
      return loseVolumes(stage, await stage.podsOf(step.whose));
    case 'kill':
      return kill(stage, await stage.podsOf(step.whose));
    case 'kill-operator':
      killOperator(ground);
      return;
    case 'stop-operator':
      return stopOperator(ground, step.seconds * SECOND_MS);
    case 'damage':
    case 'empty-volumes':
      await toVolumes(stage, step.does === 'damage' ? 'damage' : 'empty', step.whose);
      return kill(stage, await stage.podsOf(step.whose));
    case 'fill-volumes':
    case 'free-volumes':
      return toVolumes(stage, step.does === 'fill-volumes' ? 'fill' : 'free', step.whose);
    case 'delete-node':
      nodes.take(await nodeOf(stage, step.whose));
      return;
    case 'restore-nodes':
      nodes.giveBack();
      return;
    case 'stop-api-server':
      return stopApiServer(cluster, step.seconds * SECOND_MS);
    case 'cut-off-node':
      return cutOff(cluster, await nodeOf(stage, step.whose), step.seconds * SECOND_MS);
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

async function toVolumes(
  stage: Stage,
  what: Parameters<typeof toVolume>[1],
  whose: Whose,
): Promise<void> {
  for (const { metadata } of await stage.podsOf(whose)) {
    toVolume(stage.kubectl, what, metadata.name);
  }
}

/** Resolves when they have been seen to be down. */
async function kill(stage: Stage, pods: readonly Pod[]): Promise<void> {
  signalProcessesOf(
    pods.map(({ metadata }) => metadata.uid),
    'SIGKILL',
  );
  for (const { metadata } of pods) {
    await until(`${metadata.name} is seen to be down`, GONE_LIMIT_MS, () => {
      const conditions = stage.pods().get(metadata.name)?.status.conditions ?? [];
      return Promise.resolve(
        conditions.some(({ type, status }) => type === 'Ready' && status !== 'True'),
      );
    });
  }
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
