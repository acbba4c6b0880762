/** A bug put back in on purpose: what the simulator does not catch, it does not test. */
export interface Mutant {
  /** Short; what to give to `--only`. */
  readonly name: string;
  /** What a member with this bug does wrong. */
  readonly description: string;
  readonly edits: readonly Edit[];
  /** The properties and assertions that may catch it: whichever sees it first. Another one is a failure. */
  readonly caughtBy: readonly string[];
  /** It cannot show in runs without. */
  readonly needs?: 'brokers';
  /** It shows seldom: seeds are looked at from this one on, in which it shows soon. */
  readonly fromSeed?: number;
}

/** A change of the text of one file. */
export interface Edit {
  /** From the root of the repository. */
  readonly file: string;
  /** Occurs exactly once in the file. */
  readonly find: string;
  readonly replace: string;
}
