/** Changes of the members, each repeated until it is done or cannot be. */
import { Standing } from '../../proto/gen/robustmq/admin/v1/admin.ts';
import { askAdmin, statusOf } from '../processes/admin.ts';
import { until } from '../processes/until.ts';
import type { Fleet, FleetMember, View } from './fleet.ts';

/** A change may wait for a new leader, for a learner to catch up, and for a change before it. */
const CHANGE_LIMIT_MS = 20_000;
const START_LIMIT_MS = 10_000;
const CALL_LIMIT_MS = 3_000;

/** Starts a process, adds it and makes it a voter. Rejects when that was not done in time. */
export async function addMember(fleet: Fleet): Promise<FleetMember> {
  const newcomer = await fleet.recruit();
  const { peer } = newcomer.server.place;
  const { directory } = await until('a new process answers', START_LIMIT_MS, async () => {
    const status = await statusOf(peer);
    return status.directory === '' ? undefined : status;
  });
  await until(`${newcomer.name} is a voter`, CHANGE_LIMIT_MS, async () => {
    const view = await fleet.look();
    if (view === undefined) return false;
    const own = memberOf(view, directory);
    if (own?.standing === Standing.VOTER) return true;
    const configurationIndex = view.status.configuration?.index ?? 0;
    // A leader that was not told the address, since another one was, has to be told it as well.
    const isKnown = own !== undefined && isHeard(view, own.id);
    await (isKnown
      ? order(view, (client, ...rest) =>
          client.promote({ configurationIndex, memberId: own.id }, ...rest),
        )
      : order(view, (client, ...rest) =>
          client.addLearner({ configurationIndex, directory, peerAddress: peer }, ...rest),
        ));
    return false;
  });
  newcomer.impaired = undefined;
  return newcomer;
}

/** Removes a member, and ends its process. Rejects when that was not done in time. */
export async function removeMember(fleet: Fleet, leaving: FleetMember): Promise<void> {
  leaving.impaired = 'leaving';
  try {
    const { directory } = await statusOf(leaving.server.place.peer);
    await until(`${leaving.name} is removed`, CHANGE_LIMIT_MS, () => isRemoved(fleet, directory));
  } catch (error) {
    leaving.impaired = undefined;
    throw error;
  }
  await fleet.dismiss(leaving);
}

async function isRemoved(fleet: Fleet, directory: string): Promise<boolean> {
  const view = await fleet.look();
  if (view === undefined) return false;
  const own = memberOf(view, directory);
  const { index = 0, outgoingVoterIds = [] } = view.status.configuration ?? {};
  if (own === undefined) return outgoingVoterIds.length === 0;
  if (own.standing !== Standing.LEAVING) {
    await order(view, (client, ...rest) =>
      client.remove({ configurationIndex: index, memberId: own.id }, ...rest),
    );
  }
  return false;
}

/** Hands leadership to any other member. */
export async function transfer(view: View): Promise<void> {
  const { term, configuration } = view.status;
  const configurationIndex = configuration?.index ?? 0;
  await order(view, (client, ...rest) =>
    client.transfer({ configurationIndex, memberId: 0, term }, ...rest),
  );
}

const memberOf = ({ status }: View, directory: string) =>
  status.configuration?.members.find((member) => member.directory === directory);

const isHeard = ({ status }: View, id: number): boolean =>
  status.progress.some(({ memberId, recent }) => memberId === id && recent);

/** Tells the leader to do something. */
const order = (view: View, ask: Parameters<typeof askAdmin<unknown>>[1]): Promise<unknown> =>
  askAdmin<unknown>(view.leader.server.place.peer, ask, CALL_LIMIT_MS);
