/** Steps, carried out. */
import { readdirSync, readFileSync } from 'node:fs';
import type { Reason } from '../../../operator/api/condition.ts';
import { childNames, podOrdinal, volumeName } from '../../../operator/api/names.ts';
import { until } from '../../processes/until.ts';
import type { Recording } from '../recorders/recording.ts';
import type { Step } from './journey.ts';
import { CLUSTER, type Pod, type Stage } from './stage.ts';

const REASON_LIMIT_MS = 120_000;
const GONE_LIMIT_MS = 60_000;

/** Resolves when it is done, not when what follows from it is. */
export async function carryOut(step: Step, stage: Stage, recording: Recording): Promise<void> {
  switch (step.does) {
    case 'scale':
      stage.scale(step.to);
      return;
    case 'configure':
      stage.patch({ meta: { configuration: step.settings } });
      return;
    case 'use-image':
      stage.patch({ meta: { image: step.image || stage.ground.image } });
      return;
    case 'pause':
    case 'resume':
      stage.patch({ paused: step.does === 'pause' });
      return;
    case 'delete-pod':
      return deletePod(stage, await stage.podOf(step.whose));
    case 'lose-volume':
      return loseVolume(stage, await stage.podOf(step.whose));
    case 'kill':
      return kill(stage, await stage.podOf(step.whose));
    case 'delete-children':
      return deleteChildren(stage);
    case 'await':
      return said(stage, step.reason);
    case 'settle':
      await stage.settled();
      return;
    case 'write':
      return recording.more(step.writes);
  }
}

/** Resolves when the pod is gone, whatever has taken its place. */
async function deletePod(stage: Stage, { metadata: { name, uid } }: Pod): Promise<void> {
  stage.kubectl('delete', 'pod', name, '--wait=false');
  await until(`${name} is gone`, GONE_LIMIT_MS, () =>
    Promise.resolve(stage.pods().get(name)?.metadata.uid !== uid),
  );
}

function loseVolume(stage: Stage, pod: Pod): Promise<void> {
  const ordinal = podOrdinal(CLUSTER, pod.metadata.name) ?? 0;
  // It is gone as soon as no pod uses it.
  stage.kubectl('delete', 'pvc', volumeName(CLUSTER, ordinal), '--wait=false');
  return deletePod(stage, pod);
}

async function kill(stage: Stage, { metadata: { name, uid } }: Pod): Promise<void> {
  killProcessesOf(uid);
  await until(`${name} is seen to be down`, GONE_LIMIT_MS, () => {
    const conditions = stage.pods().get(name)?.status.conditions ?? [];
    return Promise.resolve(
      conditions.some(({ type, status }) => type === 'Ready' && status !== 'True'),
    );
  });
}

/** SIGKILL, from outside: nobody in a container can kill its first process. */
function killProcessesOf(podUid: string): void {
  const pids = readdirSync('/proc').filter((entry) => /^[0-9]+$/.test(entry));
  for (const pid of pids) {
    try {
      if (!readFileSync(`/proc/${pid}/cgroup`, 'utf8').includes(`pod${podUid}`)) continue;
      if (readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('robustmq-meta')) {
        process.kill(Number(pid), 'SIGKILL');
      }
    } catch {
      // It has ended by itself.
    }
  }
}

/** Resolves when the operator has made them again. */
async function deleteChildren({ kubectl }: Stage): Promise<void> {
  const { clientService, peerService, podDisruptionBudget } = childNames(CLUSTER);
  const children = [
    ['service', clientService, peerService],
    ['pdb', podDisruptionBudget],
  ];
  for (const each of children) kubectl('delete', ...each);
  await until('they are there again', GONE_LIMIT_MS, () => {
    for (const each of children) kubectl('get', ...each);
    return Promise.resolve(true);
  });
}

/** Resolves when the resource gives this reason, or if it does already. */
async function said({ seen }: Stage, wanted: Reason): Promise<void> {
  const from = seen.length - 1;
  await until(`the resource says ${wanted}`, REASON_LIMIT_MS, () =>
    Promise.resolve(
      seen
        .slice(from)
        .flatMap(({ cluster }) => cluster.status?.conditions ?? [])
        .some(({ reason }) => reason === wanted),
    ),
  );
}
