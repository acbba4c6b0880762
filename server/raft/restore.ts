import type { Boot } from './boot.ts';
import { checkBoot } from './check-boot.ts';
import { decodeConfiguration } from './membership/configuration-codec.ts';
import { invariant } from './invariant.ts';
import { createLog } from './log/log.ts';
import type { Options } from './options.ts';
import { createOutbox } from './outbox.ts';
import { configurationOf, type PlacedConfiguration, type Raft } from './raft.ts';
import { createTermRuns, termAt } from './log/term-runs.ts';
import { electionDelayMs } from './election/timing.ts';

/** A core as its member's disk left it: a follower that knows of no leader. */
export function restore(boot: Boot, options: Options, nowMs: number): Raft {
  checkBoot(boot);
  const { state } = boot;
  const runs = createTermRuns(boot.log.base, boot.log.terms, boot.log.last);
  invariant(
    termAt(runs, state.index) === state.term,
    'the log holds, or begins at, what the state has applied',
    {
      state: { index: state.index, term: state.term },
      base: boot.log.base,
      last: boot.log.last,
    },
  );
  checkEntries(boot);
  const raft: Raft = {
    id: boot.id,
    options,
    hardState: boot.hardState,
    role: {
      kind: 'follower',
      leader: undefined,
      heardMs: -Infinity,
      suspect: false,
      deadlineMs: Infinity,
    },
    log: createLog(runs, boot.entries),
    commit: state.index,
    applied: state.index,
    installing: undefined,
    configurations: configurationsOf(boot),
    handedOver: undefined,
    configurationSequence: 0,
    random: boot.seed,
    nowMs,
    spaceLow: false,
    promisedUntilMs: -Infinity,
    stepping: false,
    outbox: createOutbox(),
  };
  const lastTerm = termAt(runs, boot.log.last) ?? 0;
  invariant(boot.hardState.term >= lastTerm, 'the term is at least that of the last entry', {
    term: boot.hardState.term,
    lastTerm,
  });
  prepareElection(raft);
  return raft;
}

/** Refuses a log with holes behind the state: what is in memory is found by counting. */
function checkEntries({ state, log, entries }: Boot): void {
  const first = entries[0]?.index ?? log.last + 1;
  invariant(first === state.index + 1, 'every entry behind the state is there', {
    first,
    state: state.index,
  });
  entries.forEach(({ index }, offset) =>
    invariant(index === first + offset, 'entries are consecutive', { index, first, offset }),
  );
}

/** Promises given before the restart are forgotten: under leases, the longest possible one is kept. */
function prepareElection(raft: Raft): void {
  const { trust } = configurationOf(raft);
  if (trust === 'lease') raft.promisedUntilMs = raft.nowMs + raft.options.electionTimeoutMs;
  // Asking early disturbs no live leader, for its followers refuse; and without one, it saves the wait.
  const suspect = trust === 'earlyCampaign';
  const deadlineMs = raft.nowMs + electionDelayMs(raft, suspect);
  raft.role = { kind: 'follower', leader: undefined, heardMs: -Infinity, suspect, deadlineMs };
}

function configurationsOf(boot: Boot): Raft['configurations'] {
  const { state } = boot;
  const appended: PlacedConfiguration[] = boot.entries
    .filter((entry) => entry.kind === 'configuration')
    .map((entry) => ({ index: entry.index, configuration: decodeConfiguration(entry.data) }));
  return [{ index: state.configurationIndex, configuration: state.configuration }, ...appended];
}
