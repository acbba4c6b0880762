import type {
  AdminServiceServer,
  TransferRequest,
  TransferResponse,
} from '../../../proto/gen/robustmq/admin/v1/admin.ts';
import type { TransferOutcome } from '../../node/outcome.ts';
import type { MemberId } from '../../raft/ids.ts';
import { AdminError, outcomeUnknown } from './admin-error.ts';
import { lagOf } from './catch-up.ts';
import * as fields from './fields.ts';
import { confirmLeadership, requireIndex, requireLeader } from './leadership.ts';
import type { Leading } from './leadership.ts';
import type { AdminParts } from './parts.ts';
import { refused } from './refusals.ts';
import { unary } from './rpc.ts';
import { memberOf } from './wish.ts';

/** Leadership, from one member to another. */
export const createTransferRpc = (parts: AdminParts): Pick<AdminServiceServer, 'transfer'> => ({
  transfer: unary(parts, 'operator', (request) => transfer(parts, request)),
});

/** Without a target, each repetition hands leadership on once more: only a named one is idempotent. */
async function transfer(parts: AdminParts, request: TransferRequest): Promise<TransferResponse> {
  const expected = fields.configurationIndex(request.configurationIndex);
  const target = request.memberId === 0 ? 0 : fields.memberId('member_id', request.memberId);
  if (requireLeader(parts).identity.member === target) {
    await confirmLeadership(parts);
    requireLeader(parts);
    return { leaderId: target };
  }
  const leading = requireLeader(parts);
  requireIndex(leading, expected);
  const to = target === 0 ? undefined : requireHeir(leading, target);
  const { outcome, leader } = await handOver(parts, to);
  const problem = problemOf(parts, outcome);
  if (problem !== undefined) throw problem;
  if (leader === undefined) throw outcomeUnknown();
  return { leaderId: leader };
}

/** Writes wait while leadership moves: to one that cannot take it soon, they would wait in vain. */
function requireHeir({ configuration, status }: Leading, target: number): MemberId {
  const member = memberOf(configuration, target);
  if (member?.standing !== 'voter') {
    throw new AdminError('failedPrecondition', `Member ${target} is no voter: it cannot lead.`);
  }
  const peer = status.peers.find(({ id }) => id === target);
  const lag = lagOf(status.commit, peer);
  if (lag === undefined) return member.id;
  throw new AdminError('failedPrecondition', `Member ${target} is not ready to lead: ${lag}.`);
}

function handOver(
  { node }: AdminParts,
  to: MemberId | undefined,
): Promise<{ readonly outcome: TransferOutcome; readonly leader: MemberId | undefined }> {
  return new Promise((resolve) => {
    node.transfer(to, (outcome) => resolve({ outcome, leader: node.status().leader }));
  });
}

function problemOf(parts: AdminParts, outcome: TransferOutcome): AdminError | undefined {
  switch (outcome.kind) {
    case 'transferred':
      return undefined;
    case 'aborted':
      return new AdminError(
        'unavailable',
        'Leadership stayed: the other member did not catch up within an election timeout. Try again.',
      );
    case 'unknown':
      return outcomeUnknown();
    case 'refused':
      return refused(parts, outcome.refusal);
  }
}
