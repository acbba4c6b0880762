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
import { confirmLeadership, requireIndex, requireLeader, requireTerm } from './leadership.ts';
import type { Leading } from './leadership.ts';
import type { AdminParts } from './parts.ts';
import { refused } from './refusals.ts';
import { unary } from './rpc.ts';
import { memberOf } from './wish.ts';

/** Leadership, from one member to another. */
export const createTransferRpc = (parts: AdminParts): Pick<AdminServiceServer, 'transfer'> => ({
  transfer: unary(parts, 'operator', (request) => transfer(parts, request)),
});

/**
 * Idempotent: whoever repeats it finds the target leading or, without one, another term than the one
 * that it was to end.
 */
async function transfer(parts: AdminParts, request: TransferRequest): Promise<TransferResponse> {
  const expected = fields.configurationIndex(request.configurationIndex);
  const order = orderOf(request);
  if (isCarriedOut(requireLeader(parts), order)) {
    await confirmLeadership(parts);
    return { leaderId: requireLeader(parts).identity.member };
  }
  const leading = requireLeader(parts);
  if (order.term !== undefined) requireTerm(leading, order.term);
  requireIndex(leading, expected);
  const to = order.kind === 'to' ? requireHeir(leading, order.target) : undefined;
  const { outcome, leader } = await handOver(parts, to);
  const problem = problemOf(parts, outcome);
  if (problem !== undefined) throw problem;
  if (leader === undefined) throw outcomeUnknown();
  return { leaderId: leader };
}

/** `to`: a member is to lead. `away`: the leader of that term is to lead no more. */
type Order =
  | { readonly kind: 'to'; readonly target: number; readonly term: number | undefined }
  | { readonly kind: 'away'; readonly term: number };

function orderOf({ memberId, term }: TransferRequest): Order {
  if (memberId === 0) return { kind: 'away', term: fields.termNeeded(term) };
  const target = fields.memberId('member_id', memberId);
  return { kind: 'to', target, term: fields.termMaybe(term) };
}

/** A term that is over does not come back, whoever leads by now: only a term tells that apart. */
const isCarriedOut = ({ identity, status }: Leading, order: Order): boolean =>
  order.kind === 'to' ? identity.member === order.target : status.term > order.term;

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
