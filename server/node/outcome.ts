import type { Index } from '../raft/ids.ts';
import type { Refusal } from '../raft/effect.ts';

/** How a bootstrap ended. `unknown`: the disk failed; see what the node does once it has reopened it. */
export type BootstrapOutcome = 'bootstrapped' | 'refused' | 'unknown';

/** How a proposal ended. */
export type ProposeOutcome =
  /** Committed and applied here. */
  | { readonly kind: 'applied'; readonly index: Index; readonly reply: Uint8Array }
  /** Not carried out, and never will be. */
  | { readonly kind: 'refused'; readonly refusal: Refusal }
  /** Its place in the log went to another entry: never carried out. */
  | { readonly kind: 'dropped' }
  /** It may or may not have been, or still be, carried out. */
  | { readonly kind: 'unknown' };

/** How a linearizable read barrier ended. `ready`: read the state now, synchronously; it stands at `index`. */
export type ReadOutcome =
  | { readonly kind: 'ready'; readonly index: Index }
  | { readonly kind: 'refused'; readonly refusal: Refusal }
  /** No answer in time; nothing was read. */
  | { readonly kind: 'timeout' };

/** How a membership change ended. `changed`: in force, committed, no joint phase left. */
export type ChangeOutcome =
  | { readonly kind: 'changed'; readonly index: Index }
  | { readonly kind: 'refused'; readonly refusal: Refusal }
  | { readonly kind: 'dropped' }
  | { readonly kind: 'unknown' };

/** How a compaction of the log ended. `compacted`: on disk; the log now begins at `first`. */
export type CompactOutcome =
  | { readonly kind: 'compacted'; readonly first: Index }
  | { readonly kind: 'refused'; readonly refusal: Refusal }
  | { readonly kind: 'unknown' };

/** How a leadership transfer ended. */
export type TransferOutcome =
  | { readonly kind: 'transferred' }
  | { readonly kind: 'aborted' }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'refused'; readonly refusal: Refusal };
