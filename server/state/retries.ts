/**
 * Retries that are safe: a client that numbers its writes may send one again, to any member and after
 * any failure, and gets the answer of the first time. What is remembered is replicated, bounded, and
 * forgotten by replicated time alone, so that all members forget alike.
 */
import { linkNewest, putClient, readClient, readClientList, unlink } from './client-rows.ts';
import type { ClientRow } from './client-rows.ts';
import type { Request } from './command.ts';
import { Malformed } from './errors.ts';
import { passTime } from './replicated-time.ts';
import { encodeError } from './reply.ts';
import { readOver } from './row-access.ts';
import type { Applied, ReadRow, RowsWritten } from './row-access.ts';
import { rowKey } from './row-keys.ts';

/** How much is remembered. The same on all members: another bound is another version of commands. */
export interface RetryLimits {
  /** Clients remembered at once. */
  readonly clientsMax: number;
  /** A client is not forgotten before it was away this long, in ms of replicated time. */
  readonly idleMs: number;
}

export const RETRY_LIMITS: RetryLimits = { clientsMax: 10_000, idleMs: 3_600_000 };

/** Clients that are remembered. */
export const clientCount = (read: ReadRow): number => readClientList(read).count;

/**
 * Carries out a numbered command, unless it was carried out before or nobody can tell whether it was.
 * A client that is heard of, even by a repeated number, counts as used.
 *
 * @param givenMs when the command was proposed.
 * @param carryOut what the command does; it has nothing to do with the rows of clients.
 */
export function applyNumbered(
  read: ReadRow,
  { client, id }: Request,
  givenMs: number,
  limits: RetryLimits,
  carryOut: () => Applied,
): Applied {
  const known = readClient(read, client);
  if (known === undefined ? id > 1 : id < known.lastId) return unknownOutcome(id, known);
  const rows: RowsWritten = new Map();
  const nowMs = passTime(read, rows, givenMs);
  if (id === known?.lastId) {
    remember(read, rows, client, known, {
      ...known,
      usedMs: nowMs,
    });
    return { rows, reply: known.reply };
  }
  if (known === undefined && !makeRoom(read, rows, nowMs, limits)) {
    const { clientsMax, idleMs } = limits;
    return { rows: new Map(), reply: encodeError('clientsFull', clientsMax, idleMs) };
  }
  const applied = carryOut();
  for (const [key, value] of applied.rows) rows.set(key, value);
  remember(read, rows, client, known, { lastId: id, usedMs: nowMs, reply: applied.reply });
  return { ...applied, rows };
}

const unknownOutcome = (id: number, known: ClientRow | undefined): Applied => ({
  rows: new Map(),
  reply: encodeError('outcomeUnknown', id, known?.lastId ?? 0),
});

/** Forgets the client away longest if the table is full. False: it was not away long enough. */
function makeRoom(
  read: ReadRow,
  rows: RowsWritten,
  nowMs: number,
  { clientsMax, idleMs }: RetryLimits,
): boolean {
  const list = readClientList(read);
  if (list.count < clientsMax || list.oldest === undefined) return true;
  const oldest = readClient(read, list.oldest);
  if (oldest === undefined) throw new Malformed('list of clients', `${list.oldest} is not there`);
  if (nowMs - oldest.usedMs < idleMs) return false;
  unlink(read, rows, oldest);
  rows.set(rowKey('clients', list.oldest), undefined);
  return true;
}

/** Remembers the last request of a client, as the one used last of all. */
function remember(
  read: ReadRow,
  rows: RowsWritten,
  client: string,
  known: ClientRow | undefined,
  last: Pick<ClientRow, 'lastId' | 'usedMs' | 'reply'>,
): void {
  const over = readOver(read, rows);
  if (known === undefined) linkNewest(over, rows, client, last);
  else if (known.newer === undefined) {
    const same = known.lastId === last.lastId && known.usedMs === last.usedMs;
    if (!same) putClient(rows, client, { ...known, ...last });
  } else {
    unlink(over, rows, known);
    linkNewest(over, rows, client, last);
  }
}
