/**
 * Every line a member can log: its name, how severe it is, what it means, and what it carries.
 *
 * Names are an interface, as those of metrics are: people search and alert for them. Fields are
 * numbers, names and addresses; never a key, a value, a certificate or a credential.
 */
import type { NodePhase } from '../../node/node.ts';
import type { RoleName } from '../../raft/effect.ts';
import type { StorageErrorCode } from '../../ports/outcome.ts';

/** Severities, least first. */
export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const;

export type LogLevel = (typeof LOG_LEVELS)[number];

interface ToPeer {
  readonly peer: number;
  readonly address?: string;
}

/** What a line of each event carries. */
export interface LogFields {
  member_started: {
    readonly directory: string;
    readonly version: string;
    readonly cluster?: string;
    readonly member?: number;
  };
  listening: { readonly purpose: string; readonly host: string; readonly port: number };
  insecure_listener: { readonly purpose: string; readonly host: string; readonly port: number };
  phase_changed: { readonly phase: NodePhase };
  state_opened: { readonly index: number; readonly term: number };
  role_changed: { readonly role: RoleName; readonly term: number };
  leader_changed: { readonly leader: number | undefined; readonly term: number };
  configuration_changed: {
    readonly index: number;
    readonly voters: readonly number[];
    readonly learners: readonly number[];
    readonly joint: boolean;
  };
  member_removed: { readonly term: number };
  transfer_ended: { readonly outcome: 'transferred' | 'aborted' | 'unknown' };
  snapshot_started: { readonly peer: number };
  snapshot_sent: { readonly peer: number; readonly index: number; readonly durationMs: number };
  snapshot_send_failed: { readonly peer: number; readonly durationMs: number };
  snapshot_refused: { readonly peer: number; readonly error: Error };
  snapshot_installed: { readonly index: number; readonly term: number };
  storage_failed: {
    readonly error: Error;
    readonly code?: StorageErrorCode;
    readonly advice?: string;
  };
  storage_refused: {
    readonly error: Error;
    readonly code?: StorageErrorCode;
    readonly advice?: string;
  };
  storage_reopened: { readonly index: number };
  will_given_up: { readonly tenant: string };
  slow_disk: {
    readonly store: 'log' | 'state';
    readonly durationMs: number;
    readonly boundMs: number;
  };
  slow_event_loop: { readonly delayMs: number; readonly boundMs: number };
  disk_space_low: { readonly freeBytes?: number; readonly requiredBytes?: number };
  disk_space_ok: { readonly freeBytes?: number };
  disk_space_unknown: { readonly error: Error };
  member_regressed: {
    readonly peer: number;
    readonly acknowledged: number;
    readonly found: number;
  };
  command_unknown: { readonly error: Error };
  member_displaced: { readonly error: Error };
  state_diverged: {
    readonly index: number;
    readonly peer: number | undefined;
    readonly remedy: 'rebuild' | 'transfer';
  };
  state_damaged: { readonly error: Error };
  state_sound: object;
  state_rebuilt: { readonly index: number; readonly term: number };
  invariant_broken: { readonly error: Error };
  start_failed: { readonly error: Error };
  peer_connected: ToPeer;
  peer_lost: ToPeer & { readonly reason?: string };
  hello_refused: { readonly address: string; readonly reason: string };
  certificates_reloaded: { readonly purpose: string };
  certificates_failed: { readonly purpose: string; readonly error: Error };
  bootstrap_done: { readonly cluster: string; readonly member: number };
  cluster_recovered: {
    readonly incident: string;
    readonly cluster: string;
    readonly member: number;
    readonly index: number;
  };
  bootstrap_peer_silent: { readonly peer: string; readonly error: Error };
  bootstrap_waits: { readonly peer: string };
  bootstrap_refused: { readonly reason: string };
  join_progress: {
    readonly step: 'added' | 'promoted' | 'not_yet';
    readonly address: string;
    /** Why it has to ask again. */
    readonly reason?: string;
  };
  join_failed: { readonly address: string; readonly error: Error };
  connections_full: { readonly purpose: string; readonly connectionsMax: number };
  connections_ended: {
    readonly overload: number;
    readonly stalled: number;
    readonly heldBytes: number;
  };
  connections_broken: { readonly connections: number; readonly error: Error };
  relay_failed: { readonly peer: number; readonly reason: string };
  request_failed: { readonly method: string; readonly error: Error };
  log_level_changed: { readonly from: LogLevel; readonly to: LogLevel };
  shutting_down: { readonly signal?: string };
  shutdown_done: { readonly durationMs: number };
  shutdown_forced: {
    readonly awaited: 'requests' | 'storage';
    readonly durationMs: number;
    readonly requests: number;
  };
  step: { readonly input: string; readonly effects: readonly string[] };
}

/** The stable names of all lines. */
export type LogEvent = keyof LogFields;

/** How severe a line is, and what it tells. */
interface EventRow {
  readonly level: LogLevel;
  readonly about: string;
}

const row = (level: LogLevel, about: string): EventRow => ({ level, about });

/** The table of all lines. */
export const LOG_EVENTS: Readonly<Record<LogEvent, EventRow>> = {
  member_started: row('info', 'The process is up; who it is, if it is somebody yet.'),
  listening: row('info', 'A port is open.'),
  insecure_listener: row('warn', 'A port without TLS is open to others.'),
  phase_changed: row('info', 'The member does something else now.'),
  state_opened: row('info', 'The state on disk was checked, and a core started on it.'),
  role_changed: row('info', 'This member plays another role, or the same in another term.'),
  leader_changed: row('info', 'Another member leads, or nobody that this member has heard of.'),
  configuration_changed: row(
    'info',
    'Other members, or the same in another standing, are in force.',
  ),
  member_removed: row('warn', 'The cluster removed this member; it is silent for ever.'),
  transfer_ended: row('info', 'A leadership transfer ended.'),
  snapshot_started: row('info', 'A member too far behind for the log is being sent the state.'),
  snapshot_sent: row('info', 'A snapshot was delivered whole.'),
  snapshot_send_failed: row('warn', 'A snapshot did not arrive; it is sent again.'),
  snapshot_refused: row('warn', 'What another member sent was no snapshot for this one.'),
  snapshot_installed: row('info', 'A received snapshot is the state of this member now.'),
  storage_failed: row(
    'error',
    'A disk operation failed; nothing is acknowledged until it is reopened.',
  ),
  storage_refused: row('fatal', 'The directory is damaged or foreign; a person has to look.'),
  storage_reopened: row('info', 'The disk was opened and checked again after a failure.'),
  will_given_up: row(
    'error',
    'Brokers refused to publish a will for minutes: nobody publishes it. Their logs say why.',
  ),
  slow_disk: row('warn', 'A synced write took longer than its bound.'),
  slow_event_loop: row('warn', 'The process was kept from its work for longer than the bound.'),
  disk_space_low: row('warn', 'Writes are refused until space is freed.'),
  disk_space_ok: row('info', 'There is space again; writes are taken.'),
  disk_space_unknown: row('warn', 'The free space cannot be told.'),
  member_regressed: row(
    'error',
    'A member lost what it had acknowledged: an older copy of its directory was put back. Remove it, and add an empty one.',
  ),
  state_diverged: row(
    'error',
    'The state of a member is not that of the majority; it is replaced, or leadership moves first.',
  ),
  state_damaged: row('error', 'The state on disk is not what was written: the disk has rotted.'),
  state_sound: row('info', 'What was found damaged on disk is not any more.'),
  state_rebuilt: row(
    'warn',
    'A snapshot of the leader took the place of a state that was not that of the majority.',
  ),
  start_failed: row(
    'fatal',
    'The process could not start: a setting, a port or a file is in the way.',
  ),
  command_unknown: row(
    'fatal',
    'The program is older than its cluster: start this member with a newer version of it.',
  ),
  member_displaced: row(
    'fatal',
    'Another process runs on a copy of this directory, and is the member: this one ends.',
  ),
  invariant_broken: row(
    'fatal',
    'A bug: memory cannot be trusted, the process must be started anew.',
  ),
  peer_connected: row('info', 'The process of another member answers.'),
  peer_lost: row('warn', 'The process of another member does not answer any more.'),
  hello_refused: row(
    'warn',
    'Somebody who is not of this cluster, or not who they say, was turned away.',
  ),
  certificates_reloaded: row('info', 'New certificates are in use.'),
  certificates_failed: row('error', 'New certificates cannot be used; the old ones still are.'),
  bootstrap_done: row('info', 'This member is the first of a new cluster.'),
  cluster_recovered: row(
    'warn',
    'The quorum was lost for good: this member goes on alone, as a new cluster.',
  ),
  bootstrap_peer_silent: row(
    'warn',
    'A peer does not say whether it is in a cluster. After ten seconds it is taken to be in none: if it is, this founds a second one.',
  ),
  bootstrap_waits: row(
    'info',
    'A peer does not know yet whether it is in a cluster: its directory is not open, or cannot be used. Nothing is founded before it is known.',
  ),
  bootstrap_refused: row('error', 'This directory or one of the peers is in a cluster already.'),
  join_progress: row('info', 'How far this member is on its way into the cluster.'),
  join_failed: row('warn', 'A member could not be asked to be let in; it is tried again.'),
  connections_full: row('warn', 'A connection was closed at once: there are too many.'),
  connections_ended: row(
    'warn',
    'Clients held too much memory, or did not go on: their connections were ended.',
  ),
  connections_broken: row(
    'info',
    'Clients broke HTTP/2, the first of them like this: their connections were ended.',
  ),
  relay_failed: row(
    'info',
    'The leader could not be asked on behalf of a client, which is sent there itself; the next ones, too, unless the reason changes.',
  ),
  request_failed: row('error', 'A request ended in a way that nobody foresaw.'),
  log_level_changed: row('info', 'Other lines are logged from now on.'),
  shutting_down: row('info', 'New requests are turned away, those in work are finished.'),
  shutdown_done: row('info', 'Everything is closed.'),
  shutdown_forced: row(
    'warn',
    'Time is up: what was still in work is cut off. What was acknowledged is on disk.',
  ),
  step: row('trace', 'What happened to the core, and what it asked for.'),
};
