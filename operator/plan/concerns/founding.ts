import type { Bootstrap } from '../../api/cluster.ts';
import { contentHash } from '../../resources/content-hash.ts';
import type { Action } from '../action.ts';
import type { SeenStatefulSet } from '../observation.ts';
import { podsForAll } from '../ordinals.ts';
import type { Picture, PlacedPod } from '../picture.ts';
import { sameData } from '../same-data.ts';
import { podWithProblem } from '../silence.ts';
import { isSpare } from '../spare.ts';
import { act, stall, wait } from '../step.ts';
import type { Step } from '../step.ts';
import { PHASE } from '../words.ts';

/**
 * Begins a cluster, once: only on volumes that came with the resource, only when every pod has said
 * that it is empty, and only with a directory that was written down before.
 */
export function founding(picture: Picture): Step | undefined {
  const { seen, strangers, configuration } = picture;
  const { cluster, statefulSet } = seen;
  const { clusterId, bootstrap } = cluster.status ?? {};
  if (configuration !== undefined || statefulSet === undefined || clusterId !== undefined) {
    return undefined;
  }
  const fewer = fewerPods(picture, statefulSet);
  if (fewer) return fewer;
  const silent = silentPods(picture);
  if (silent !== undefined) return wait('WaitingForPods', silent);
  const used = strangers.find(({ kind }) => kind !== 'empty');
  if (used) {
    const { name, status } = used.pod;
    const text = `${name} has data of member ${status.memberId} of ${status.clusterId || 'an unknown cluster'}`;
    return stall('ForeignMember', text);
  }
  const old = seen.volumes.find(({ predates }) => predates);
  if (old) {
    return stall('BootstrapRefused', `${old.name} is older than the resource and holds no member`);
  }
  return begin(picture, statefulSet, statefulSet.bootstrap ?? bootstrap);
}

/** Pods that are wanted no more have nothing to say, and may never be able to. */
function fewerPods(picture: Picture, set: SeenStatefulSet): Step | undefined {
  const replicas = Math.max(picture.target, podsForAll(picture));
  if (set.replicas <= replicas) return undefined;
  const { bootstrap, resourceVersion } = set;
  return act('ScalingIn', `the StatefulSet goes from ${set.replicas} to ${replicas} pods`, {
    kind: 'apply-stateful-set',
    replicas,
    bootstrap,
    resourceVersion,
  });
}

function begin(
  { strangers, seen }: Picture,
  set: SeenStatefulSet,
  known: Bootstrap | undefined,
): Step {
  const [first] = [...strangers].sort((a, b) => a.pod.ordinal - b.pod.ordinal);
  const target = known === undefined ? first?.pod : podOf(strangers, known.directory);
  if (target === undefined) {
    return stall(
      'BootstrapTargetLost',
      `directory ${known?.directory ?? ''} began the cluster and is gone`,
    );
  }
  const bootstrap = known ?? bootstrapOf(seen.cluster.metadata.uid, target.status.directory);
  const action: Action = sameData(set.bootstrap, bootstrap)
    ? { kind: 'bootstrap', pod: target.name, bootstrap }
    : {
        kind: 'apply-stateful-set',
        replicas: set.replicas,
        bootstrap,
        resourceVersion: set.resourceVersion,
      };
  return act('Bootstrapping', `${target.name} begins the cluster`, action, { bootstrap });
}

/** Of two random UUIDs the id is as random as they are; a directory begins no other cluster. */
const bootstrapOf = (resource: string, directory: string): Bootstrap => ({
  clusterId: contentHash(`${resource}/${directory}`),
  directory,
});

const podOf = (strangers: Picture['strangers'], directory: string): PlacedPod | undefined =>
  strangers.find(({ pod }) => pod.status.directory === directory)?.pod;

/** Every pod and every volume must have had its say, unless it has nothing to say. */
function silentPods(picture: Picture): string | undefined {
  const { seen } = picture;
  const replicas = seen.statefulSet?.replicas ?? 0;
  const said = new Set(
    seen.pods
      .filter(({ status, deleting }) => !deleting && status && isSettled(status.phase))
      .map(({ ordinal }) => ordinal),
  );
  const wanted = Array.from({ length: replicas }, (_, ordinal) => ordinal);
  const missing = wanted.filter((ordinal) => !said.has(ordinal));
  if (missing.length > 0) {
    const named = missing.map((ordinal) => podWithProblem(seen, ordinal));
    return `${named.join(', ')} did not say what it holds`;
  }
  const beyond = seen.volumes.find(
    ({ ordinal }) => !said.has(ordinal) && !isSpare(picture, ordinal),
  );
  return beyond && `the volume ${beyond.name} has no pod that could say what it holds`;
}

/** While a directory is opened or refused, nobody can say what it holds. */
const isSettled = (phase: number): boolean => phase === PHASE.WAITING || phase === PHASE.RUNNING;
