/**
 * Group commit: while one write of the log runs, everything persisted meanwhile gathers and becomes
 * the next. So the batch grows with the load and nobody waits for a timer.
 */
import type { Defer } from '../ports/clock.ts';
import type { LogBatch, LogStore } from '../ports/log-store.ts';
import type { Outcome, StorageError } from '../ports/outcome.ts';
import type { Persist, PersistToken } from '../raft/effect.ts';
import type { Entry } from '../raft/entry.ts';
import type { HardState } from '../raft/hard-state.ts';
import type { Message } from '../raft/message.ts';

/** Whoever follows the writes. */
export interface LogWriterEvents {
  /** Called only for messages whose persist, and all before it, are on disk. */
  send(message: Message): void;
  persisted(token: PersistToken): void;
  /** A write failed; the writer does nothing more. */
  failed(error: StorageError): void;
}

export interface LogWriter {
  persist(effect: Persist): void;
  /** Runs `task` after all earlier writes and before all later ones, which wait for its `release`. */
  exclusive(task: (release: () => void) => void): void;
  /** Nothing is begun, sent or reported any more. What runs may still reach the disk. */
  stop(): void;
}

/** Persists merged into one write. */
interface Group {
  readonly kind: 'group';
  hardState: HardState | undefined;
  readonly entries: Entry[];
  readonly thenSend: Message[];
  token: PersistToken;
}

type Job = Group | { readonly kind: 'exclusive'; readonly task: (release: () => void) => void };

/** Writes to `log`, one batch at a time: what is asked for meanwhile becomes the next one, or waits its turn. */
export function createLogWriter(log: LogStore, defer: Defer, events: LogWriterEvents): LogWriter {
  const jobs: Job[] = [];
  let running = false;
  let stopped = false;

  function advance(): void {
    if (running || stopped) return;
    const job = jobs.shift();
    if (job === undefined) return;
    running = true;
    if (job.kind === 'exclusive') job.task(release);
    else write(job);
  }

  function release(): void {
    running = false;
    advance();
  }

  function write(group: Group): void {
    const batch = batchOf(group);
    if (batch === undefined) defer(() => complete(group, { ok: true, value: undefined }));
    else log.append(batch, (outcome) => complete(group, outcome));
  }

  function complete(group: Group, outcome: Outcome<void>): void {
    if (stopped) return;
    if (!outcome.ok) {
      stopped = true;
      events.failed(outcome.error);
      return;
    }
    for (const message of group.thenSend) events.send(message);
    // Still running: what this leads to joins the group that waits, instead of overtaking it.
    events.persisted(group.token);
    release();
  }

  return {
    persist: (effect) => {
      const last = jobs.at(-1);
      if (last?.kind === 'group') merge(last, effect);
      else jobs.push(groupOf(effect));
      advance();
    },
    exclusive: (task) => {
      jobs.push({ kind: 'exclusive', task });
      advance();
    },
    stop: () => {
      stopped = true;
    },
  };
}

const groupOf = ({ hardState, entries, thenSend, token }: Persist): Group => ({
  kind: 'group',
  hardState,
  entries: [...entries],
  thenSend: [...thenSend],
  token,
});

function merge(group: Group, { hardState, entries, thenSend, token }: Persist): void {
  if (hardState !== undefined) group.hardState = hardState;
  const first = entries[0];
  if (first !== undefined) {
    while ((group.entries.at(-1)?.index ?? -1) >= first.index) group.entries.pop();
    for (const entry of entries) group.entries.push(entry);
  }
  for (const message of thenSend) group.thenSend.push(message);
  group.token = token;
}

function batchOf({ hardState, entries }: Group): LogBatch | undefined {
  if (hardState === undefined) return entries.length === 0 ? undefined : { entries };
  return { hardState, entries };
}
