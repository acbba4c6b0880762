/** Waiting for a learner to come near the end of the leader's log. */
import { Standing } from '../../proto/gen/robustmq/admin/v1/admin.ts';
import type { Status } from '../../proto/gen/robustmq/admin/v1/admin.ts';
import { observe } from './admin-client.ts';
import { CliError } from './cli-error.ts';
import { createBar } from './progress-bar.ts';
import type { Session } from './session.ts';

const POLL_MS = 500;

/**
 * Returns once the leader calls the member caught up, or it is a voter already. Goes on until then,
 * or until Ctrl-C.
 *
 * @throws CliError when it is no member, or the wait was interrupted.
 */
export async function waitUntilCaughtUp(session: Session, memberId: number): Promise<void> {
  session.say(`Waiting for member ${memberId} to catch up …`);
  const bar = createBar(session, 'member has {value} of {total} entries [{bar}] {percentage} %');
  try {
    for (;;) {
      if (session.interrupt.aborted) {
        throw new CliError('failed', `Interrupted; member ${memberId} was not promoted.`);
      }
      const { status } = await observe(session.admin);
      if (isReady(status, memberId)) return;
      const { matchIndex = 0 } = progressOf(status, memberId) ?? {};
      bar.show(matchIndex, Math.max(matchIndex, status.lastLogIndex));
      await session.pause(POLL_MS);
    }
  } finally {
    bar.end();
  }
}

const progressOf = (status: Status, id: number): Status['progress'][number] | undefined =>
  status.progress.find(({ memberId }) => memberId === id);

function isReady(status: Status, memberId: number): boolean {
  const member = status.configuration?.members.find(({ id }) => id === memberId);
  if (member === undefined) {
    throw new CliError(
      'refused',
      `Member ${memberId} is not in the cluster. Look at \`robustmq-meta member list\`.`,
    );
  }
  if (member.standing !== Standing.LEARNER) return true;
  return progressOf(status, memberId)?.caughtUp ?? false;
}
