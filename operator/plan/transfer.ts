import { isShortOfSpace } from './member-alarms.ts';
import type { Picture, PlacedMember } from './picture.ts';
import { act, wait } from './step.ts';
import type { Step } from './step.ts';

/**
 * Hands leadership to the first healthy one of these; with an id, so that a repetition is none. Not to one
 * that is short of disk space while the leader is not: it would hand it back at once, again and again.
 */
export function transferTo(
  { configuration, leader }: Picture,
  candidates: readonly PlacedMember[],
  message: string,
): Step {
  const healthy = candidates.filter((candidate) => candidate.healthy);
  const scarce = healthy.filter(({ pod }) => isShortOfSpace(pod?.status));
  const next =
    healthy.find((candidate) => !scarce.includes(candidate)) ??
    (isShortOfSpace(leader?.status) ? scarce[0] : undefined);
  if (next === undefined || leader === undefined) {
    const [short] = scarce;
    const why = short
      ? `member ${short.id} is short of disk space, and nobody else is caught up`
      : 'nobody else is caught up';
    return wait('UnsafeToProceed', `${message}: not now, ${why}`);
  }
  return act('TransferringLeadership', message, {
    kind: 'transfer',
    pod: leader.name,
    term: leader.status.term,
    configurationIndex: configuration?.index ?? 0,
    memberId: next.id,
  });
}
