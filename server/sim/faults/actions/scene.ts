import type { ActionKind, ActionOf, Target } from '../action.ts';
import type { Clients } from '../../clients/client.ts';
import type { Process } from '../../world/host.ts';
import { memberOn } from '../../world/hints.ts';
import type { Operator } from '../../operator/operator.ts';
import { running } from '../../world/world.ts';
import type { World } from '../../world/world.ts';

/** Everyone an action can act on. */
export interface Scene {
  readonly world: World;
  readonly operator: Operator;
  readonly clients: Clients;
}

/** Carries an action out; false when it found nobody to act on, or was not fair now. */
export type Perform<Kind extends ActionKind> = (scene: Scene, action: ActionOf<Kind>) => boolean;

/** The handlers of some kinds of actions. */
export type Performers<Kind extends ActionKind> = { readonly [K in Kind]: Perform<K> };

/** The process that `target` means at the moment, among those that `suits` accepts. */
export function resolve(
  { world }: Scene,
  target: Target,
  suits: (process: Process) => boolean = () => true,
): Process | undefined {
  const fitting = running(world).filter(
    (process) => process.alive && fits(world, process, target) && suits(process),
  );
  return fitting[target.nth % fitting.length];
}

function fits(world: World, process: Process, { role }: Target): boolean {
  const { raft } = process;
  const leads = raft?.role.kind === 'leader';
  switch (role) {
    case 'any':
      return true;
    case 'leader':
      return leads;
    case 'follower':
      return raft !== undefined && !leads;
    case 'voter':
    case 'learner': {
      const id = memberOn(world, process.host);
      const members = world.ledger.committed?.configuration.members;
      return members?.some((member) => member.id === id && member.standing === role) === true;
    }
  }
}
