import type { Observation } from '../observation.ts';

/** A violation: thrown by a property the moment it can tell. */
export class Violation extends Error {
  override readonly name = 'Violation';
  readonly property: string;
  /** Directories of the members involved, for the event log. */
  readonly involved: readonly string[];

  constructor(property: string, message: string, involved: readonly string[] = []) {
    super(message);
    this.property = property;
    this.involved = involved;
  }
}

/** Something that must hold in every run. One file each, in `properties/`. */
export interface Property {
  readonly name: string;
  /** Where the claim comes from: paper section, RFC, ARCHITECTURE.md. */
  readonly source: string;
  /** A fresh watcher for one run. It throws a {@link Violation}; it keeps no live `raft`. */
  watch(): (observation: Observation) => void;
}
