/** One kind of command, as it is known to logs. */
export interface KindFacts {
  /** Names it in the log: never used again for another. */
  readonly tag: number;
  /** The version of commands that introduced it. */
  readonly since: number;
}

/**
 * All kinds. A change of what a command does, or of a bound that apply holds to, is a new kind or a
 * new version just the same: members of both versions apply it until the last one is replaced. That
 * is so of what has been released; what came since the last release may change as it is.
 */
export const COMMAND_KINDS = {
  kvSet: { tag: 1, since: 1 },
  kvDelete: { tag: 2, since: 1 },
  announce: { tag: 3, since: 1 },
  raiseVersion: { tag: 4, since: 1 },
  raiseEpochs: { tag: 5, since: 1 },
  check: { tag: 6, since: 2 },
  /** Of its operations each has a version of its own besides. */
  change: { tag: 7, since: 3 },
} as const satisfies Record<string, KindFacts>;

/** The name of a kind of command. */
export type CommandKind = keyof typeof COMMAND_KINDS;

/** In force in a cluster that never raised it: its commands need no look at the active version. */
export const COMMAND_VERSION_FIRST = 1;

/** The newest version that this code can apply; what its members announce. */
export const COMMAND_VERSION_MAX = 4;
