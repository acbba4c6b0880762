/**
 * Everything that can happen to a core. Each is handed to `step` with the time it happened.
 *
 * `context` is chosen by the caller and comes back in the effects that answer; a read's context is
 * never used twice by a member, across restarts too (draw the first one at random).
 */
import type { Change } from './membership/configuration.ts';
import type { Entry } from './entry.ts';
import type { PersistToken } from './effect.ts';
import type { Index, MemberId, Term } from './ids.ts';
import type { Message } from './message.ts';

/** What can happen; see the head of this file. */
export type Input =
  /** Time has passed; sent at least every heartbeat interval / 2. */
  | { readonly kind: 'tick' }
  /** A message arrived, from a member of this cluster, addressed to this member. */
  | { readonly kind: 'message'; readonly message: Message }
  /** Append these commands. Each is answered by one `accepted` or `refuse`, which may cover several. */
  | { readonly kind: 'propose'; readonly context: number; readonly commands: readonly Uint8Array[] }
  /** Linearizable read. Answered by `readReady` or `refuse`; lost without answer if leadership moves. */
  | { readonly kind: 'read'; readonly context: number }
  /** Change the configuration found at `expected` (compare and swap). Answered by `changeAccepted` or `refuse`. */
  | {
      readonly kind: 'change';
      readonly context: number;
      readonly expected: Index;
      readonly changes: readonly Change[];
    }
  /** Hand leadership to `to`, or to the best voter. Answered by `transferEnded` or `refuse`. */
  | { readonly kind: 'transfer'; readonly context: number; readonly to: MemberId | undefined }
  /** The persist with this token, and all before it, are on disk. */
  | { readonly kind: 'persisted'; readonly token: PersistToken }
  /** A persist failed. The core halts: it acknowledges nothing more until started anew from disk. */
  | { readonly kind: 'storageFailed' }
  /** Free space fell below, or rose above, the mark under which no commands are admitted. */
  | { readonly kind: 'storageSpace'; readonly low: boolean }
  /** Answer to `fetch`. No entries: they are compacted away. */
  | {
      readonly kind: 'fetched';
      readonly to: MemberId;
      readonly term: Term;
      readonly after: Index;
      readonly entries: readonly Entry[];
    }
  /** Answer to `sendSnapshot`: delivered whole (not yet installed), or not. `index`: its last entry. */
  | {
      readonly kind: 'snapshotSent';
      readonly to: MemberId;
      readonly term: Term;
      readonly index: Index;
      readonly delivered: boolean;
    }
  /** Answer to `install`: the snapshot with this last entry is the durable state, the log starts behind it. */
  | { readonly kind: 'installed'; readonly index: Index; readonly done: boolean }
  /** Delete the log through `through` if no follower needs it, and through `floor` in any case. */
  | { readonly kind: 'compact'; readonly through: Index; readonly floor: Index }
  /** The transport lost the connection to a member's process, or its process answered again. */
  | { readonly kind: 'peer'; readonly member: MemberId; readonly reachable: boolean };
