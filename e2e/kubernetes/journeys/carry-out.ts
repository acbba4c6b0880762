/** Steps, carried out. */
import type { Reason } from '../../../operator/api/condition.ts';
import { podOrdinal, volumeName } from '../../../operator/api/names.ts';
import { until } from '../../processes/until.ts';
import { backUp, restore } from '../cluster/older-state.ts';
import { endProgram } from '../cluster/programs.ts';
import { installAgain, uninstallAgain } from '../operator/second.ts';
import { buildParts } from '../parts/build.ts';
import type { Recording } from '../recorders/recording.ts';
import { cutOff, processesIn, signalProcessesOf, stopApiServer, toVolume } from './accidents.ts';
import { brokersTold, startBrokers } from './brokers.ts';
import { certificatesInUse } from './certificates-in-use.ts';
import { setClocks } from './clocks.ts';
import { nameAgain } from './images.ts';
import { leadBesideClients, nodeOf, nodesWithoutClients } from './leading.ts';
import {
  killOperator,
  operatorProcesses,
  scaleOperator,
  stopOperator,
  updateOperator,
} from './operator-processes.ts';
import { CLUSTER } from './sample.ts';
import type { Pod, Stage } from './stage.ts';
import type { Does, Step, Whose } from './steps.ts';

const REASON_LIMIT_MS = 120_000;
const GONE_LIMIT_MS = 90_000;
const SECOND_MS = 1_000;
const HOUR_MS = 3_600_000;

/** Where a step is carried out. */
interface Scene {
  readonly stage: Stage;
  readonly recording: Recording;
  /** How much of the resource had been seen when the step before began. */
  readonly since: number;
}

/** Resolves when it is done, not when what follows from it is. */
export async function carryOut<Each extends Does>(step: Step<Each>, scene: Scene): Promise<void> {
  await ACTS[step.does](step, scene);
}

const ACTS: {
  readonly [Done in Does]: (step: Step<Done>, scene: Scene) => unknown;
} = {
  scale: ({ to }, { stage }) => stage.scale(to),
  edit: ({ spec }, { stage }) => stage.patch(spec),
  'use-image': ({ image }, { stage }) =>
    stage.patch({ meta: { image: image || stage.ground.image } }),
  'update-image': (_, { stage }) => stage.patch({ meta: { image: nameAgain(stage.ground) } }),
  kubectl: ({ args, says }, { stage }) => byHand(stage, args, says),
  'create-again': ({ replicas }, { stage }) => {
    stage.remove();
    stage.create(replicas);
  },
  'create-as-it-was': (_, { stage }) => stage.recreate(),
  'replace-by-force': ({ replicas }, { stage }) => stage.replace(replicas),
  'issue-certificates': (_, { stage }) => stage.authority.issue(),
  'await-certificates': (_, { stage }) => certificatesInUse(stage),
  recover: (_, { stage }) => recover(stage),
  'do-as-told': (_, { stage }) => doAsTold(stage),
  'install-again': (_, { stage }) => installAgain(stage.ground),
  'uninstall-again': (_, { stage }) => uninstallAgain(stage.ground),
  'update-operator': (_, { stage }) => updateOperator(stage.ground),
  'scale-operator': ({ to }, { stage }) => scaleOperator(stage.ground, to),
  'start-brokers': ({ ids }, { stage }) => startBrokers(stage, ids),
  'await-brokers': ({ ids }, { stage }) => brokersTold(stage, ids),
  'lead-beside-clients': (_, { stage }) => leadBesideClients(stage),
  await: ({ reason }, { stage, since }) => said(stage, reason, since),
  settle: (_, { stage }) => stage.settled(),
  write: ({ writes }, { recording }) => recording.more(writes),
  'delete-pods': async ({ whose }, { stage }) => deletePods(stage, await stage.podsOf(whose)),
  kill: async ({ whose }, { stage }) => kill(stage, await stage.podsOf(whose)),
  'kill-operator': (_, { stage }) => killOperator(stage.ground),
  'stop-operator': ({ seconds }, { stage }) => stopOperator(stage.ground, seconds * SECOND_MS),
  'set-clocks': ({ hours }, { stage }) => setAllClocks(stage, hours * HOUR_MS),
  'lose-volumes': async ({ whose }, { stage }) => loseVolumes(stage, await stage.podsOf(whose)),
  damage: ({ whose }, { stage }) => spoil(stage, 'damage', whose),
  'empty-volumes': ({ whose }, { stage }) => spoil(stage, 'empty', whose),
  'fill-volumes': ({ whose }, { stage }) => toVolumes(stage, 'fill', whose),
  'free-volumes': ({ whose }, { stage }) => toVolumes(stage, 'free', whose),
  'cut-off-node': async ({ whose, seconds }, { stage }) =>
    cutOff(nameOf(stage), await nodeOf(stage, whose), seconds * SECOND_MS),
  'set-nodes-apart': (_, { stage }) => stage.apart.take(nodesWithoutClients(stage)),
  'delete-nodes-apart': (_, { stage }) => {
    for (const name of nodesWithoutClients(stage)) stage.nodes.take(name);
  },
  'rejoin-nodes': (_, { stage }) => stage.apart.giveBack(),
  'delete-node': async ({ whose }, { stage }) => stage.nodes.take(await nodeOf(stage, whose)),
  'await-moves': (_, { stage }) => moved(stage),
  'restore-nodes': (_, { stage }) => stage.nodes.giveBack(),
  'switch-off-node': async ({ whose }, { stage }) =>
    stage.dark.switchOff(await nodeOf(stage, whose)),
  'take-out-of-service': (_, { stage }) => stage.dark.takeOutOfService(),
  'switch-on-nodes': (_, { stage }) => stage.dark.switchOn(),
  'stop-api-server': ({ seconds }, { stage }) => stopApiServer(nameOf(stage), seconds * SECOND_MS),
  'kill-api-server': async (_, { stage }) => {
    const startAgain = await endProgram(nameOf(stage), '/kube-apiserver', 'SIGKILL');
    startAgain();
    await stage.answered();
  },
  'back-up-kubernetes': async (_, { stage }) => {
    await backUp(nameOf(stage));
    await stage.answered();
  },
  'restore-kubernetes': async (_, { stage }) => {
    await restore(nameOf(stage), (await buildParts(['etcdutl'])).etcdutl);
    await stage.answered();
  },
};

const nameOf = ({ ground }: Stage): string => ground.cluster.run.name;

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

function doAsTold({ resource, kubectl }: Stage): void {
  const stalled = resource()?.status?.conditions?.find(({ type }) => type === 'Stalled');
  const [, volume, pod] =
    /kubectl delete pvc (\S+) and pod (\S+)$/.exec(stalled?.message ?? '') ?? [];
  if (volume === undefined || pod === undefined) {
    throw new Error(`no command in "${stalled?.message ?? ''}"`);
  }
  kubectl('delete', 'pvc', volume, '--wait=false');
  // Kubernetes may have taken it away with its node.
  kubectl('delete', 'pod', pod, '--wait=false', '--ignore-not-found');
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

const moved = (stage: Stage): Promise<unknown> =>
  until('no pod is on a node that was deleted', GONE_LIMIT_MS, () =>
    Promise.resolve(
      [...stage.pods().values()].every(
        ({ spec: { nodeName } }) => nodeName !== undefined && !stage.nodes.has(nodeName),
      ),
    ),
  );

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

function setAllClocks(stage: Stage, wrongMs: number): Promise<void> {
  const members = [...stage.pods().values()].map(({ metadata }) => metadata.uid);
  return setClocks([...processesIn(members), ...operatorProcesses(stage.ground)], wrongMs);
}

/** And kills the processes that have them. */
async function spoil(stage: Stage, how: 'damage' | 'empty', whose: Whose): Promise<void> {
  await toVolumes(stage, how, whose);
  await kill(stage, await stage.podsOf(whose));
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
