/** What happens to processes of the operator. */
import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '../../processes/until.ts';
import type { Ground } from '../operator/ground.ts';
import { RELEASE } from '../chart/render.ts';
import { releaseOf } from '../operator/release.ts';
import { processesIn, signalProcessesOf } from './accidents.ts';
import { nameAgain } from './images.ts';

const LEAVE_LIMIT_MS = 30_000;
const LABELS = '-l=app.kubernetes.io/name=robustmq-operator';

const get = ({ kubectl, operator }: Ground, what: string, path: string): string =>
  kubectl('get', ...what.split(' '), '-n', operator, `-o=jsonpath={${path}}`);

const podsOf = (ground: Ground): readonly string[] =>
  get(ground, 'pods', '.items[*].metadata.uid').split(' ');

/** SIGKILL to all of them. Other pods take their places: in the same ones kubelet waits longer each time. */
export function killOperator(ground: Ground): void {
  signalProcessesOf(podsOf(ground), 'SIGKILL');
  ground.kubectl('delete', 'pods', LABELS, '-n', ground.operator, '--wait=false');
}

/** As they are seen from here. */
export const operatorProcesses = (ground: Ground): readonly number[] => processesIn(podsOf(ground));

/** By helm, to another name of the same image: from one to the other and back. Resolves when it is done. */
export async function updateOperator(ground: Ground): Promise<void> {
  const deployment = 'deployment/robustmq-operator';
  const now = get(ground, deployment, '.spec.template.spec.containers[0].image');
  const next = now === ground.image ? nameAgain(ground) : ground.image;
  (await releaseOf(ground.cluster.run, RELEASE)).install(next);
}

/** Returns when as many of its pods are ready; with none, when none is left. */
export function scaleOperator({ kubectl, operator }: Ground, to: number): void {
  const within = ['-n', operator];
  kubectl('scale', 'deployment/robustmq-operator', `--replicas=${to}`, ...within);
  kubectl('rollout', 'status', '--timeout=60s', 'deployment/robustmq-operator', ...within);
  if (to > 0) return;
  kubectl.attempt(['wait', '--for=delete', 'pods', LABELS, '--timeout=60s', ...within]);
  const left = kubectl('get', 'pods', LABELS, '-o=name', ...within);
  if (left !== '') throw new Error(`the operator is still there: ${left}`);
}

const actsIn = (log: string): number => log.split('"acted"').length - 1;

/** The one that acts stands still, and goes on. Rejects unless it leaves then, and does nothing before. */
export async function stopOperator(ground: Ground, forMs: number): Promise<void> {
  const leader = get(ground, `lease ${RELEASE}`, '.spec.holderIdentity');
  const uid = get(ground, `pod ${leader}`, '.metadata.uid');
  signalProcessesOf([uid], 'SIGSTOP');
  let before: number;
  try {
    before = actsIn(ground.kubectl('logs', '-n', ground.operator, leader));
    await sleep(forMs);
  } finally {
    signalProcessesOf([uid], 'SIGCONT');
  }
  const said = await until(`${leader} has left`, LEAVE_LIMIT_MS, () => {
    const log = ground.kubectl('logs', '-n', ground.operator, leader, '--previous');
    return Promise.resolve(log.includes('leadership_lost') && log);
  });
  if (actsIn(said) > before) throw new Error(`${leader} acted after its Lease had ended:\n${said}`);
}
