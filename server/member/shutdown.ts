import type { Config } from '../config/settings.ts';
import type { Node } from '../node/node.ts';
import type { TransferOutcome } from '../node/outcome.ts';
import type { HttpServer } from '../observe/http/http-server.ts';
import type { Log } from '../observe/log/log.ts';
import type { AdminService } from '../services/admin/admin-service.ts';
import type { Admission } from '../services/admission.ts';
import type { GrpcTransport } from '../transport/grpc/grpc-transport.ts';
import { nowMs } from './clocks.ts';
import type { GrpcListener } from './grpc-listener.ts';

export interface ShutdownParts {
  readonly config: Config;
  readonly log: Log;
  readonly node: Node;
  readonly transport: GrpcTransport;
  readonly admission: Admission;
  readonly admin: AdminService;
  readonly listeners: readonly GrpcListener[];
  readonly http: HttpServer;
  /** Tells health checks that nothing is served any more. */
  readonly refuse: () => void;
  /** Ends what repeats itself, the clock of the node too. */
  readonly stop: () => void;
}

/** How long those who look at the last answers get. */
const HTTP_DRAIN_MS = 500;
/** What is being written when a process leaves is written in milliseconds, unless the disk hangs. */
const CLOSE_MS = 5_000;
const AGAIN_MS = 20;

/** How long {@link shutDown} takes at most, in ms. */
export const shutdownMsMax = (
  config: Pick<Config, 'raft.election_timeout' | 'timeout.drain'>,
): number => config['raft.election_timeout'] + config['timeout.drain'] + HTTP_DRAIN_MS + CLOSE_MS;

/**
 * Leaves the cluster for a while: hands leadership over while requests are still served, then turns
 * new ones away as UNAVAILABLE, lets those in work end, and closes everything. The first two steps
 * take an election timeout and `timeout.drain` at most, and closing five seconds and a half.
 *
 * @returns whether everything is closed. If not, the disk hangs: what was acknowledged is synced, as it
 *   always is, and a new process opens the stores as after a crash.
 */
export async function shutDown(parts: ShutdownParts): Promise<boolean> {
  const { config, log, node, transport, admission, admin, listeners, http } = parts;
  const startedMs = nowMs();
  const forced = (awaited: 'requests' | 'storage'): void => {
    const { requests } = admission.load();
    log.write('shutdown_forced', { awaited, durationMs: nowMs() - startedMs, requests });
  };
  parts.refuse();
  await within(config['raft.election_timeout'], handOver(node));
  const drained = await within(
    config['timeout.drain'],
    new Promise<void>((resolve) => admission.drain(resolve)),
  );
  if (!drained) forced('requests');
  for (const listener of listeners) listener.stopAccepting();
  admin.close();
  await http.close(HTTP_DRAIN_MS);
  parts.stop();
  const closed = await within(
    CLOSE_MS,
    new Promise<void>((resolve) => node.stop(resolve)).then(() => transport.close()),
  );
  for (const listener of listeners) listener.destroy();
  if (closed) log.write('shutdown_done', { durationMs: nowMs() - startedMs });
  else forced('storage');
  return closed;
}

/** Somebody else leads, or nobody could be made to. */
const handOver = (node: Node): Promise<void> =>
  new Promise((resolve) => {
    const begin = (): void => {
      const { role, configuration } = node.status();
      const voters = (configuration?.members ?? []).filter(({ standing }) => standing === 'voter');
      if (role !== 'leader' || voters.length < 2) resolve();
      else node.transfer(undefined, end);
    };
    const end = (outcome: TransferOutcome): void => {
      // One that was asked for before is under way: what comes of it is to be seen.
      const isEarlier = outcome.kind === 'refused' && outcome.refusal.reason === 'transferring';
      if (isEarlier) setTimeout(begin, AGAIN_MS);
      else resolve();
    };
    begin();
  });

/** Whether `work` has ended within `boundMs`. */
function within(boundMs: number, work: Promise<void>): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), boundMs);
    void work.then(() => {
      clearTimeout(timer);
      resolve(true);
    });
  });
}
