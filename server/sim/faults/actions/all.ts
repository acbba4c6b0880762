import type { Action, ActionKind } from '../action.ts';
import { CLIENT_ACTIONS } from './client-actions.ts';
import { DISK_ACTIONS } from './disk-actions.ts';
import { NETWORK_ACTIONS } from './network-actions.ts';
import { OPERATOR_ACTIONS } from './operator-actions.ts';
import { PROCESS_ACTIONS } from './process-actions.ts';
import type { Performers, Scene } from './scene.ts';

/** What each kind of action does. */
const PERFORMERS: Performers<ActionKind> = {
  ...PROCESS_ACTIONS,
  ...NETWORK_ACTIONS,
  ...DISK_ACTIONS,
  ...OPERATOR_ACTIONS,
  ...CLIENT_ACTIONS,
};

/** Carries an action out, unless it finds nobody to act on, or would not be fair. */
export function perform(scene: Scene, action: Action): boolean {
  const performer = PERFORMERS[action.kind] as (scene: Scene, action: Action) => boolean;
  return performer(scene, action);
}
