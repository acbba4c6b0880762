/** Doubles of brokers in a pod, which register with the members. */
import { until } from '../../processes/until.ts';
import { programPod } from '../program.ts';
import { addressesOf } from './sample.ts';
import type { Stage } from './stage.ts';

const BROKERS = 'brokers';
const START_LIMIT = '--timeout=60s';
/** One that is gone is given up after 30 s. */
const TOLD_LIMIT_MS = 60_000;

/** A container for each id; that of the pod is `brokers`. */
export function startBrokers(
  { ground, kubectl, pods, namespace }: Stage,
  ids: readonly number[],
): void {
  const meta = addressesOf(namespace, pods().size).members.join();
  const args = (id: number): readonly string[] => [
    ...['--id', String(id), '--listen', '$(POD_IP):0', '--meta', meta],
  ];
  const pod = programPod({
    ...{ name: BROKERS, namespace, image: ground.image, main: 'broker/main.ts' },
    args: Object.fromEntries(ids.map((id) => [`broker-${id}`, args(id)])),
  });
  const { ok, said } = ground.kubectl.attempt(['create'], pod);
  if (!ok) throw new Error(`The brokers cannot be started: ${said}`);
  kubectl('wait', '--for=condition=Ready', START_LIMIT, `pod/${BROKERS}`);
}

/** Resolves when the resource says that just these are registered, and `kubectl get` shows those that are. */
export async function brokersTold(
  { kubectl, resource }: Stage,
  ids: readonly number[],
): Promise<void> {
  const texts = ids.map(String);
  await until(`brokers ${texts.join()} are in the status`, TOLD_LIMIT_MS, () => {
    const told = resource()?.status?.brokers;
    return Promise.resolve(told?.count === ids.length && (told.ids ?? []).join() === texts.join());
  });
  if (texts.length === 0) return;
  const [titles = '', cells = ''] = kubectl('get', 'rmq', '-o=wide').split('\n');
  const shown = cells.slice(titles.indexOf('BROKER IDS')).trim().split(/\s/)[0];
  const expected = JSON.stringify(texts);
  if (shown !== expected) throw new Error(`kubectl get shows brokers ${shown}, not ${expected}`);
}
