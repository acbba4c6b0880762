/** What happens to processes of the operator. */
import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '../../processes/until.ts';
import type { Ground } from '../operator/ground.ts';
import { OPERATOR_NAMESPACE } from '../operator/installation.ts';
import { processesIn, signalProcessesOf } from './accidents.ts';
import { nameAgain } from './images.ts';

const LEAVE_LIMIT_MS = 30_000;

const get = ({ kubectl }: Ground, what: string, path: string): string =>
  kubectl('get', ...what.split(' '), '-n', OPERATOR_NAMESPACE, `-o=jsonpath={${path}}`);

const podsOf = (ground: Ground): readonly string[] =>
  get(ground, 'pods', '.items[*].metadata.uid').split(' ');

/** SIGKILL to all of them. */
export function killOperator(ground: Ground): void {
  signalProcessesOf(podsOf(ground), 'SIGKILL');
}

/** As they are seen from here. */
export const operatorProcesses = (ground: Ground): readonly number[] => processesIn(podsOf(ground));

/** To another name of the same image: from one to the other and back. */
export async function updateOperator(ground: Ground): Promise<void> {
  const deployment = 'deployment/robustmq-operator';
  const now = get(ground, deployment, '.spec.template.spec.containers[0].image');
  const next = now === ground.image ? await nameAgain(ground) : ground.image;
  ground.kubectl('set', 'image', deployment, `*=${next}`, '-n', OPERATOR_NAMESPACE);
}

const actsIn = (log: string): number => log.split('"acted"').length - 1;

/** The one that acts stands still, and goes on. Rejects unless it leaves then, and does nothing before. */
export async function stopOperator(ground: Ground, forMs: number): Promise<void> {
  const leader = get(ground, `lease ${OPERATOR_NAMESPACE}`, '.spec.holderIdentity');
  const uid = get(ground, `pod ${leader}`, '.metadata.uid');
  signalProcessesOf([uid], 'SIGSTOP');
  let before: number;
  try {
    before = actsIn(ground.kubectl('logs', '-n', OPERATOR_NAMESPACE, leader));
    await sleep(forMs);
  } finally {
    signalProcessesOf([uid], 'SIGCONT');
  }
  const said = await until(`${leader} has left`, LEAVE_LIMIT_MS, () => {
    const log = ground.kubectl('logs', '-n', OPERATOR_NAMESPACE, leader, '--previous');
    return Promise.resolve(log.includes('leadership_lost') && log);
  });
  if (actsIn(said) > before) throw new Error(`${leader} acted after its Lease had ended:\n${said}`);
}
