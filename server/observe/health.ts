/**
 * Whether a member lives, and whether it can serve: two lists of named checks, decided from facts.
 *
 * A member that does not live should be restarted, so its checks ask only about itself: without a
 * quorum a restart helps nobody. A member that is not ready should get no requests.
 */
import type { NodeStatus } from '../node/node.ts';
import type { ReadOutcome } from '../node/outcome.ts';
import { standingOf } from './standing.ts';

/** One check: `why` says what was found, and what failed if it did. */
export interface Check {
  readonly name: CheckName;
  readonly ok: boolean;
  readonly why: string;
}

export type CheckName =
  'event_loop' | 'storage' | 'log_write' | 'state_write' | 'running' | 'voter' | 'leader' | 'read';

/** What is too long. */
export interface HealthBounds {
  /** The event loop is late by more than this again and again. */
  readonly eventLoopMs: number;
  /** A write that the disk has not answered for longer is stuck. */
  readonly writeMs: number;
  /** A linearizable read has this long. */
  readonly readMs: number;
}

export const HEALTH_BOUNDS: HealthBounds = { eventLoopMs: 1_000, writeMs: 15_000, readMs: 2_000 };

export interface LiveFacts {
  readonly status: Pick<NodeStatus, 'phase' | 'error'>;
  /** How late the event loop keeps being. */
  readonly eventLoopDelayMs: number;
  /** Age of the oldest write without an answer; undefined when there is none. */
  readonly logWriteAgeMs: number | undefined;
  readonly stateWriteAgeMs: number | undefined;
}

/** The checks of `/livez`: the process and its own disk, nothing else. */
export function livenessOf(facts: LiveFacts, bounds: HealthBounds): readonly Check[] {
  const { status, eventLoopDelayMs, logWriteAgeMs, stateWriteAgeMs } = facts;
  return [
    {
      name: 'event_loop',
      ok: eventLoopDelayMs <= bounds.eventLoopMs,
      why: `late by ${Math.round(eventLoopDelayMs)} ms again and again, bound ${bounds.eventLoopMs} ms`,
    },
    storageCheck(status),
    writeCheck('log_write', logWriteAgeMs, bounds),
    writeCheck('state_write', stateWriteAgeMs, bounds),
  ];
}

function storageCheck({ phase, error }: LiveFacts['status']): Check {
  const because = error === undefined ? '' : `: ${error.message}`;
  switch (phase) {
    case 'refused':
    case 'broken':
      return { name: 'storage', ok: false, why: phase + because };
    // Opened again by itself: a restart would do no more.
    case 'reopening':
    case 'opening':
    case 'waiting':
    case 'running':
    case 'stopped':
      return { name: 'storage', ok: true, why: phase + because };
  }
}

function writeCheck(
  name: 'log_write' | 'state_write',
  ageMs: number | undefined,
  { writeMs }: HealthBounds,
): Check {
  if (ageMs === undefined) return { name, ok: true, why: 'no write waits for the disk' };
  const why = `a write has been waiting for the disk for ${Math.round(ageMs)} ms, bound ${writeMs} ms`;
  return { name, ok: ageMs <= writeMs, why };
}

export interface ReadyFacts {
  readonly status: Pick<
    NodeStatus,
    'phase' | 'error' | 'role' | 'leader' | 'identity' | 'configuration'
  >;
  /** How a linearizable read ended just now; `late` when it has not. Undefined: none was made. */
  readonly read: ReadOutcome | 'late' | undefined;
  /** Its process is about to end. */
  readonly leaving: boolean;
}

/**
 * The checks of `/readyz`: whether requests should come here now. A read that succeeds proves that what
 * was committed when it began has been applied, so a member that is behind its bound is not ready.
 */
export function readinessOf(
  { status, read, leaving }: ReadyFacts,
  bounds: HealthBounds,
): readonly Check[] {
  const { leader } = status;
  return [
    leaving ? { name: 'running', ok: false, why: 'shutting down' } : runningCheck(status),
    voterCheck(status),
    {
      name: 'leader',
      ok: leader !== undefined,
      why: leader === undefined ? 'no leader is known' : `member ${leader} leads`,
    },
    readCheck(read, bounds),
  ];
}

function runningCheck({ phase, error, role }: ReadyFacts['status']): Check {
  const ok = phase === 'running' && role !== 'removed' && role !== 'halted';
  const found = ok ? phase : `${role ?? ''} ${phase}`.trim();
  return { name: 'running', ok, why: found + (error ? `: ${error.message}` : '') };
}

/** A learner has not caught up, and who is leaving is about to be gone. */
function voterCheck(status: ReadyFacts['status']): Check {
  const standing = standingOf(status);
  return {
    name: 'voter',
    ok: standing === 'voter',
    why: standing === undefined ? 'no member of a cluster' : `a ${standing} of its cluster`,
  };
}

function readCheck(read: ReadyFacts['read'], { readMs }: HealthBounds): Check {
  const name = 'read';
  if (read === undefined) return { name, ok: false, why: 'not tried' };
  if (read === 'late') return { name, ok: false, why: `no answer within ${readMs} ms` };
  switch (read.kind) {
    case 'ready':
      return { name, ok: true, why: `the state stands at index ${read.index}` };
    case 'refused':
      return { name, ok: false, why: `refused: ${read.refusal.reason}` };
    case 'timeout':
      return { name, ok: false, why: 'timed out' };
  }
}

/** What a probe asked for is ok when every check that it did not leave out is. */
export const allOk = (
  checks: readonly Check[],
  excluded: ReadonlySet<string> = new Set(),
): boolean => checks.every(({ name, ok }) => ok || excluded.has(name));

/** The same as a status of `grpc.health.v1`. */
export const servingStatus = (ready: readonly Check[]): 'SERVING' | 'NOT_SERVING' =>
  allOk(ready) ? 'SERVING' : 'NOT_SERVING';
