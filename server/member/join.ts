import { status } from '@grpc/grpc-js';
import type { NodeStatus } from '../node/node.ts';
import type { Log } from '../observe/log/log.ts';
import type { AdminCalls } from './admin-calls.ts';
import { nextJoinStep, type JoinStep } from './join-step.ts';

export interface JoinSetup {
  /** Peer addresses of members. */
  readonly addresses: readonly string[];
  /** UUID of the data directory. */
  readonly directory: string;
  readonly peerAddress: string;
  readonly status: () => NodeStatus;
  readonly admin: AdminCalls;
  readonly log: Log;
}

/** Takes the next step on the way into the cluster, through the first member that lets it. */
export async function join(setup: JoinSetup): Promise<'again' | 'done'> {
  const step = nextJoinStep(setup.status(), setup.directory);
  if (step === 'done') return 'done';
  if (step === 'wait') return 'again';
  for (const address of setup.addresses) {
    try {
      await askLeader(setup, address, step);
      break;
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      if (isNotYet(error, step)) {
        setup.log.write('join_progress', { step: 'not_yet', address, reason: error.message });
        continue;
      }
      setup.log.write('join_failed', { address, error: explain(error, setup.directory) });
    }
  }
  return 'again';
}

/** Whether the cluster is at another change, or this member still lags: to be expected, and over soon. */
const isNotYet = (error: Error, step: JoinStep): boolean =>
  'code' in error &&
  (error.code === status.ABORTED ||
    (error.code === status.FAILED_PRECONDITION && step === 'askToBePromoted'));

/** Peers may not let anybody in, and this process may well have been meant to wait for an operator. */
const explain = (error: Error, directory: string): Error =>
  'code' in error && error.code === status.PERMISSION_DENIED
    ? new Error(
        `${error.message}. A process that is to join by itself needs a certificate that names robustmq://operator beside robustmq://peer; or start it without join, and let directory ${directory} in by "robustmq-meta member add"`,
        { cause: error },
      )
    : error;

/** Asks the leader, as the member at `address` knows it. */
async function askLeader(
  { admin, directory, peerAddress, status: own, log }: JoinSetup,
  address: string,
  step: 'askToBeAdded' | 'askToBePromoted',
): Promise<void> {
  const { leaderPeerAddress: leader } = await admin.status(address);
  if (leader === '') throw new Error(`the member at ${address} knows of no leader`);
  const { configuration } = await admin.status(leader);
  const decidedOn = configuration?.index ?? 0;
  if (step === 'askToBeAdded') {
    await admin.addLearner(leader, decidedOn, directory, peerAddress);
    log.write('join_progress', { step: 'added', address: leader });
  } else {
    await admin.promote(leader, decidedOn, own().identity?.member ?? 0);
    log.write('join_progress', { step: 'promoted', address: leader });
  }
}
