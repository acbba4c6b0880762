/**
 * Epochs of topics, segments and leaders count up, and whoever saw a higher one takes no lower one.
 * A cluster that goes on from a backup, or from the one member that is left, does not know the last
 * ones that were handed out. So all of them begin at a base, which is raised when such a cluster
 * begins, by far more than what can have been lost.
 */
import { createReader, endOf, readNumber, readText } from './byte-reader.ts';
import { createWriter, NUMBER_BYTES_MAX, writeNumber, writeText, written } from './byte-writer.ts';
import type { RaiseEpochs } from './command.ts';
import { OK_REPLY } from './reply.ts';
import type { Applied, ReadRow } from './row-access.ts';
import { EPOCHS_ROW, rowKey } from './row-keys.ts';

/** By how much a cluster that goes on from remains raises all epochs. */
export const EPOCH_RAISE = 2 ** 20;

/** How a cluster began that goes on from the remains of another one. */
export interface Incident {
  /** What all epochs began at then. */
  readonly base: number;
  /** As the operator named it; empty for a restore and for a recovery by hand. */
  readonly incident: string;
}

/** What every table adds to the epochs that it counts itself. Never goes down. */
export function epochBase(read: ReadRow): number {
  const row = read(EPOCHS_ROW);
  if (row === undefined) return 0;
  const reader = createReader(row, 'base of epochs');
  const base = readNumber(reader);
  endOf(reader);
  return base;
}

/** How `cluster` began; undefined when it was founded, or has not carried out its first command yet. */
export function incidentOf(read: ReadRow, cluster: string): Incident | undefined {
  const row = read(rowKey('incidents', cluster));
  if (row === undefined) return undefined;
  const reader = createReader(row, 'incident');
  const base = readNumber(reader);
  const incident = readText(reader);
  endOf(reader);
  return { base, incident };
}

/** Raises the base once for each cluster: what is repeated changes nothing. */
export function applyRaiseEpochs(read: ReadRow, { by, cluster, incident }: RaiseEpochs): Applied {
  if (incidentOf(read, cluster) !== undefined) return { rows: new Map(), reply: OK_REPLY };
  // At the end of all numbers it stays: apply must not fail on what was agreed on.
  const base = Math.min(epochBase(read) + by, Number.MAX_SAFE_INTEGER);
  const raised = createWriter(NUMBER_BYTES_MAX);
  writeNumber(raised, base);
  const begun = createWriter(2 * NUMBER_BYTES_MAX + incident.length);
  writeNumber(begun, base);
  writeText(begun, incident);
  return {
    rows: new Map([
      [EPOCHS_ROW, written(raised)],
      [rowKey('incidents', cluster), written(begun)],
    ]),
    reply: OK_REPLY,
  };
}
