/** A person who is told that the quorum is lost gives writes up. */
import { VOLUME_CLAIMS } from '../../resources/kinds.ts';
import type { Outcome } from '../../reconcile/reconcile.ts';
import { all } from '../kubernetes/api-server.ts';
import { isNodeLost } from '../kubernetes/nodes.ts';
import { currentGroup } from '../members/fleet.ts';
import { electoratesIn, quorumOf } from '../members/group.ts';
import type { Group } from '../members/group.ts';
import type { World } from '../world.ts';
import { violate } from '../world.ts';

/** Judges what a round has told: lost is who cannot come back with what he held. */
export function judgeLoss(world: World, outcome: Outcome): void {
  if (outcome.kind !== 'acted' || outcome.action.kind !== 'write-status') return;
  const stalled = outcome.action.status.conditions?.find(
    ({ type, status }) => type === 'Stalled' && status === 'True',
  );
  const group = currentGroup(world.fleet);
  if (stalled?.reason !== 'QuorumLost' || group === undefined || isLost(world, group)) return;
  violate(world, 'a quorum that is reported lost is lost', stalled.message);
}

/** By any configuration that a member may know. */
const isLost = (world: World, group: Group): boolean =>
  group.configurations
    .flatMap(electoratesIn)
    .some(
      (voters) =>
        voters.filter((uuid) => mayComeBack(world, group, uuid)).length < quorumOf(voters.length),
    );

function mayComeBack({ server, fleet }: World, group: Group, uuid: string): boolean {
  const [claim, directory] =
    [...fleet.directories].find(([, { uuid: found }]) => found === uuid) ?? [];
  if (directory === undefined || directory.damaged || directory.removed) return false;
  if (directory.group !== undefined && directory.group !== group.id) return false;
  return all(server, VOLUME_CLAIMS).some(
    (each) =>
      each.metadata.uid === claim &&
      each.metadata.deletionTimestamp === undefined &&
      !isNodeLost(server, each),
  );
}
