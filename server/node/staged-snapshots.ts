import type { SnapshotSource } from '../ports/snapshot-source.ts';
import type { StorageError } from '../ports/outcome.ts';
import type { StagedSnapshot, StateStore } from '../ports/state-store.ts';
import type { Index, MemberId } from '../raft/ids.ts';
import { invariant } from '../raft/invariant.ts';
import { encodeConfiguration } from '../raft/membership/configuration-codec.ts';
import type { SnapshotPosition } from '../raft/snapshot-position.ts';

/** Bodies of snapshots that came whole: the last one of each sender, until it is installed or of no use. */
export interface StagedSnapshots {
  /** Sets a body aside. `done` false: it did not come whole, or another from there is on its way. */
  stage(from: MemberId, body: SnapshotSource, done: (staged: boolean) => void): void;
  /**
   * Hands over the body that stands at `position`, if it is here.
   *
   * @throws InvariantError when it has another membership than the core was told.
   */
  take(from: MemberId, position: SnapshotPosition): StagedSnapshot | undefined;
  /** Frees those that the state has come past. */
  discardThrough(durable: Index): void;
  /** Frees all, and takes no more. */
  stop(): void;
}

/** @param failed what came from a sender was no snapshot for this member, or broke off. */
export function createStagedSnapshots(
  state: StateStore,
  failed: (from: MemberId, error: StorageError) => void,
): StagedSnapshots {
  const coming = new Set<MemberId>();
  const staged = new Map<MemberId, StagedSnapshot>();
  let stopped = false;

  function discard(from: MemberId): void {
    staged.get(from)?.discard();
    staged.delete(from);
  }

  return {
    stage: (from, body, done) => {
      if (stopped || coming.has(from)) {
        body.close();
        done(false);
        return;
      }
      coming.add(from);
      state.stage(body, (outcome) => {
        body.close();
        coming.delete(from);
        if (!outcome.ok && !stopped) failed(from, outcome.error);
        if (outcome.ok && stopped) outcome.value.discard();
        if (outcome.ok && !stopped) {
          discard(from);
          staged.set(from, outcome.value);
        }
        done(outcome.ok && !stopped);
      });
    },
    take: (from, position) => {
      const { index, term } = position;
      const found = staged.get(from);
      if (found?.position.index !== index || found.position.term !== term) return undefined;
      checkMembership(found.position, position);
      staged.delete(from);
      return found;
    },
    discardThrough: (durable) => {
      for (const [from, { position }] of staged) if (position.index <= durable) discard(from);
    },
    stop: () => {
      stopped = true;
      for (const from of staged.keys()) discard(from);
    },
  };
}

/** The core goes by what the message says, and after a restart by what the body says. */
function checkMembership(body: SnapshotPosition, message: SnapshotPosition): void {
  const same =
    body.configurationIndex === message.configurationIndex &&
    isSame(encodeConfiguration(body.configuration), encodeConfiguration(message.configuration));
  invariant(same, 'a snapshot has the membership that its message names', { body, message });
}

const isSame = (one: Uint8Array, other: Uint8Array): boolean =>
  one.length === other.length && one.every((byte, at) => byte === other[at]);
