import type { Picture, PlacedMember } from './picture.ts';
import { act, wait } from './step.ts';
import type { Step } from './step.ts';

/** Hands leadership to the first healthy one of these; with an id, so that a repetition is none. */
export function transferTo(
  { configuration, leader }: Picture,
  candidates: readonly PlacedMember[],
  message: string,
): Step {
  const next = candidates.find(({ healthy }) => healthy);
  if (next === undefined || leader === undefined) {
    return wait('UnsafeToProceed', `${message}: not now, nobody else is caught up`);
  }
  return act('TransferringLeadership', message, {
    kind: 'transfer',
    pod: leader.name,
    term: leader.status.term,
    configurationIndex: configuration?.index ?? 0,
    memberId: next.id,
  });
}
