/** From closed stores to what a core starts from, or a reason not to start. Nothing is ever repaired by guess. */
import type { Identity } from '../ports/identity.ts';
import type { LogMark, LogStore, StoredLog } from '../ports/log-store.ts';
import { StorageError } from '../ports/outcome.ts';
import type { StateProblem } from '../ports/machine.ts';
import type { Done, Outcome } from '../ports/outcome.ts';
import type { StatePosition, StateStore } from '../ports/state-store.ts';
import type { Boot } from '../raft/boot.ts';
import type { Entry } from '../raft/entry.ts';
import type { HardState } from '../raft/hard-state.ts';
import { advance, ORIGIN } from '../raft/ids.ts';
import type { Index, Term } from '../raft/ids.ts';
import { termAt } from '../raft/log/term-runs.ts';
import type { SnapshotPosition } from '../raft/snapshot-position.ts';

/** What a member has on disk, checked. `identity` undefined: it is nobody yet, and has nothing else. */
export interface Opened {
  readonly identity: Identity | undefined;
  readonly hardState: HardState;
  readonly log: Boot['log'];
  /** What all entries of the log count for. */
  readonly logBytes: number;
  readonly logMarks: readonly LogMark[];
  readonly state: SnapshotPosition;
  /** Every entry behind the state. */
  readonly entries: readonly Entry[];
}

/** Entries are read in pieces of this size. */
const READ_BYTES_MAX = 1 << 20;

/**
 * Opens both stores, and finishes a snapshot install that a crash interrupted.
 *
 * Code `corrupt` or `foreign`: log and state do not belong together, or are damaged; a person has
 * to look. Any other: it may go better another time.
 */
export function openStores(log: LogStore, state: StateStore, done: Done<Opened>): void {
  log.open((opened) => {
    if (!opened.ok) {
      done(opened);
      return;
    }
    const stored = opened.value;
    state.open((found) => {
      if (!found.ok) {
        done(found);
        return;
      }
      const verdict = compare(stored, found.value);
      if (verdict.kind === 'refuse') {
        done(corrupt(verdict.why));
        return;
      }
      if (verdict.kind === 'fits') {
        collect(log, stored, found.value, [], done);
        return;
      }
      const { index, term } = found.value;
      log.reset({ index, term }, (reset) => {
        if (!reset.ok) {
          done(reset);
          return;
        }
        const begun = {
          ...stored,
          base: { index, term },
          terms: [],
          last: index,
          bytes: 0,
          marks: [],
        };
        collect(log, begun, found.value, [], done);
      });
    });
  });
}

/**
 * The error for a state that this program cannot go on from: to apply to it would make it another one
 * than everybody else's. `foreign`: a newer program may open the same directory.
 */
export function unfitState(
  { stateProblem }: { readonly stateProblem?: StateProblem },
  state: Pick<StateStore, 'get'>,
): StorageError | undefined {
  try {
    const problem = stateProblem?.((key) => state.get(key));
    return problem === undefined ? undefined : new StorageError('foreign', problem);
  } catch (error) {
    if (error instanceof StorageError) return error;
    throw error;
  }
}

/** As `openStores`, for a program that cannot go on from every state: see `unfitState`. */
export function openFit(ports: FittingPorts, done: Done<Opened>): void {
  openStores(ports.log, ports.state, (outcome) => {
    const unfit = outcome.ok ? unfitState(ports, ports.state) : undefined;
    done(unfit === undefined ? outcome : { ok: false, error: unfit });
  });
}

interface FittingPorts {
  readonly log: LogStore;
  readonly state: StateStore;
  readonly stateProblem?: StateProblem;
}

type Verdict =
  | { readonly kind: 'fits' }
  /** The state was installed, the log not yet put behind it. */
  | { readonly kind: 'finishInstall' }
  | { readonly kind: 'refuse'; readonly why: string };

function compare(stored: StoredLog, state: StatePosition): Verdict {
  const { identity, hardState, base, last } = stored;
  if (identity === undefined) {
    const empty = hardState === undefined && last === 0 && state.index === 0;
    return empty ? { kind: 'fits' } : refuse('there is data, but no identity');
  }
  if (base.index > state.index) {
    return refuse(`the log begins behind ${base.index}, the state ends at ${state.index}`);
  }
  if (termIn(stored, state.index) === state.term) {
    const term = stored.terms.at(-1)?.term ?? base.term;
    if ((hardState?.term ?? 0) >= term) return { kind: 'fits' };
    return refuse(`the log has term ${term}, the hard state only ${hardState?.term ?? 0}`);
  }
  if (state.installed) return { kind: 'finishInstall' };
  if (last < state.index) {
    return refuse(`the log ends at ${last}, the state was applied through ${state.index}`);
  }
  return refuse(
    `entry ${state.index} has term ${termIn(stored, state.index) ?? '?'} in the log, ${state.term} in the state`,
  );
}

/** Reads the entries behind the state, piece by piece. */
function collect(
  log: LogStore,
  stored: StoredLog,
  state: StatePosition,
  entries: Entry[],
  done: Done<Opened>,
): void {
  const after = entries.at(-1)?.index ?? state.index;
  if (after === stored.last) {
    done({ ok: true, value: openedOf(stored, state, entries) });
    return;
  }
  log.read(after, READ_BYTES_MAX, (piece) => {
    if (!piece.ok) {
      done(piece);
      return;
    }
    let next = after;
    for (const entry of piece.value) {
      next = advance(next);
      const term = termIn(stored, next);
      if (entry.index !== next || entry.term !== term) {
        done(
          corrupt(
            `entry ${next} of term ${term ?? '?'} reads as ${entry.index} of term ${entry.term}`,
          ),
        );
        return;
      }
      entries.push(entry);
    }
    if (next === after) {
      done(corrupt(`entry ${advance(after)} is missing`));
      return;
    }
    collect(log, stored, state, entries, done);
  });
}

function openedOf(stored: StoredLog, found: StatePosition, entries: readonly Entry[]): Opened {
  const { identity, hardState, base, terms, last, bytes, marks } = stored;
  const { index, term, configuration, configurationIndex } = found;
  return {
    identity,
    hardState: hardState ?? { term: ORIGIN.term, vote: undefined },
    log: { base, terms, last },
    logBytes: bytes,
    logMarks: marks,
    state: { index, term, configuration, configurationIndex },
    entries,
  };
}

/** The term of an entry, by the outline of the log. */
const termIn = ({ base, terms, last }: StoredLog, index: Index): Term | undefined =>
  termAt({ base, runs: terms, last }, index);

const refuse = (why: string): Verdict => ({ kind: 'refuse', why });

const corrupt = (why: string): Outcome<never> => ({
  ok: false,
  error: new StorageError('corrupt', `data directory: ${why}`),
});
