/** On which node somebody leads: that of the clients is never taken. */
import { until } from '../../processes/until.ts';
import { RECORDERS } from '../recorders/pod.ts';
import { asOperator } from './as-operator.ts';
import type { Stage } from './stage.ts';

const LEADER_LIMIT_MS = 30_000;

const nodeOfClients = ({ kubectl }: Stage): string =>
  kubectl('get', 'pod', RECORDERS, '-o=jsonpath={.spec.nodeName}');

/** By name. */
export function nodesWithoutClients(stage: Stage): readonly string[] {
  const clients = nodeOfClients(stage);
  const nodes = stage.ground.kubectl('get', 'nodes', '-o=jsonpath={.items[*].metadata.name}');
  return nodes.split(' ').filter((name) => name !== clients);
}

/** Resolves when the leader has handed over; `to`: the id of a member. */
async function handOver(stage: Stage, to: readonly string[] = []): Promise<void> {
  for (const { metadata } of await stage.podsOf('leader')) {
    asOperator(stage, ['member', 'transfer', ...to]);
    await until(`${metadata.name} leads no more`, LEADER_LIMIT_MS, () =>
      Promise.resolve(stage.resource()?.status?.leader !== metadata.name),
    );
  }
}

/** Has the member lead that is on the node of the clients. */
export async function leadBesideClients(stage: Stage): Promise<void> {
  const clients = nodeOfClients(stage);
  const pod = [...stage.pods().values()].find(({ spec }) => spec.nodeName === clients);
  if (pod === undefined) throw new Error(`no member is on ${clients}, as the clients are`);
  const { status } = stage.resource() ?? {};
  if (status?.leader === pod.metadata.name) return;
  const member = status?.members?.find((each) => each.pod === pod.metadata.name);
  if (member === undefined) throw new Error(`the resource does not tell of ${pod.metadata.name}`);
  await handOver(stage, [`${member.id}`]);
}

/** One that is there, without the clients: a leader that is beside them hands over first. */
export async function nodeOf(stage: Stage, whose: 'leader' | 'follower'): Promise<string> {
  const clients = nodeOfClients(stage);
  const find = async (): Promise<string | undefined> => {
    const pods = await stage.podsOf(whose === 'leader' ? 'leader' : 'followers');
    const nodes = pods.map(({ spec }) => spec.nodeName);
    return nodes.find((each) => each !== undefined && each !== clients && !stage.nodes.has(each));
  };
  const found = await find();
  if (found !== undefined) return found;
  if (whose === 'follower')
    throw new Error(`no follower is elsewhere than on ${clients}, as the clients are`);
  await handOver(stage);
  return until(`the leader is not on ${clients}`, LEADER_LIMIT_MS, find);
}
