import type { StatePosition } from '../ports/state-store.ts';
import { EMPTY_CONFIGURATION } from '../raft/membership/configuration.ts';
import { ORIGIN } from '../raft/ids.ts';

/** Where a store stands that nothing was ever written to. */
export const EMPTY_STATE: StatePosition = {
  ...ORIGIN,
  configuration: EMPTY_CONFIGURATION,
  configurationIndex: ORIGIN.index,
  installed: false,
};
