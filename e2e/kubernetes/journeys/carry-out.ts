/** Steps, carried out. */
import { readdirSync, readFileSync } from 'node:fs';
import { childNames, volumeName } from '../../../operator/api/names.ts';
import { until } from '../../processes/until.ts';
import type { Recording } from '../recorders/recording.ts';
import type { Step } from './journey.ts';
import { CLUSTER, type Pod, type Stage } from './stage.ts';

const REASON_LIMIT_MS = 120_000;
const GONE_LIMIT_MS = 60_000;

/** Resolves when it is done, not when what follows from it is. */
export async function carryOut(step: Step, stage: Stage, recording: Recording): Promise<void> {
  const { ground, namespace, patch } = stage;
  const { kubectl, image } = ground;
  const within = ['-n', namespace];
  switch (step.does) {
    case 'scale':
      stage.scale(step.to);
      return;
    case 'configure':
      patch({ meta: { configuration: step.settings } });
      return;
    case 'use-image':
      patch({ meta: { image: step.image || image } });
      return;
    case 'pause':
    case 'resume':
      patch({ paused: step.does === 'pause' });
      return;
    case 'delete-pod': {
      const pod = await stage.podOf(step.whose);
      kubectl('delete', 'pod', ...within, pod.metadata.name, '--wait=false');
      await gone(stage, pod);
      return;
    }
    case 'lose-volume': {
      const pod = await stage.podOf(step.whose);
      const { name } = pod.metadata;
      const claim = volumeName(CLUSTER, Number(name.slice(name.lastIndexOf('-') + 1)));
      kubectl('delete', 'pvc', ...within, claim, '--wait=false');
      kubectl('delete', 'pod', ...within, name, '--wait=false');
      await gone(stage, pod);
      return;
    }
    case 'kill': {
      const pod = await stage.podOf(step.whose);
      killProcessesOf(pod);
      await until(`${pod.metadata.name} is seen to be down`, GONE_LIMIT_MS, () => {
        const now = stage.pods().get(pod.metadata.name)?.status.conditions ?? [];
        return Promise.resolve(
          now.some(({ type, status }) => type === 'Ready' && status !== 'True'),
        );
      });
      return;
    }
    case 'delete-children': {
      const { clientService, peerService, podDisruptionBudget } = childNames(CLUSTER);
      const services = ['service', clientService, peerService];
      const budget = ['pdb', podDisruptionBudget];
      for (const children of [services, budget]) kubectl('delete', ...within, ...children);
      await until('they are there again', GONE_LIMIT_MS, () => {
        for (const children of [services, budget]) kubectl('get', ...within, ...children);
        return Promise.resolve(true);
      });
      return;
    }
    case 'await': {
      const from = stage.seen.length - 1;
      await until(`the resource says ${step.reason}`, REASON_LIMIT_MS, () =>
        Promise.resolve(
          stage.seen
            .slice(from)
            .some(({ cluster }) =>
              cluster.status?.conditions?.some(({ reason }) => reason === step.reason),
            ),
        ),
      );
      return;
    }
    case 'settle':
      await stage.settled();
      return;
    case 'write':
      await recording.more(step.writes);
  }
}

/** Resolves when the pod is gone, whatever has taken its place. */
async function gone(stage: Stage, { metadata: { name, uid } }: Pod): Promise<void> {
  await until(`${name} is gone`, GONE_LIMIT_MS, () =>
    Promise.resolve(stage.pods().get(name)?.metadata.uid !== uid),
  );
}

/** SIGKILL, from outside: nobody in a container can kill its first process. */
function killProcessesOf({ metadata: { uid } }: Pod): void {
  const pids = readdirSync('/proc').filter((entry) => /^[0-9]+$/.test(entry));
  for (const pid of pids) {
    try {
      if (!readFileSync(`/proc/${pid}/cgroup`, 'utf8').includes(`pod${uid}`)) continue;
      if (readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('robustmq-meta')) {
        process.kill(Number(pid), 'SIGKILL');
      }
    } catch {
      // It has ended by itself.
    }
  }
}
