/** Certificates are there before anything needs them, and renewed without anybody noticing. */
import type { Picture } from '../picture.ts';
import { holdingTemplates } from '../step.ts';
import type { Step } from '../step.ts';
import { certificateStep } from '../tls/certificate-step.ts';

/** Issues, renews, changes who is believed; what it waits for holds nobody back. */
export function certificates(picture: Picture): Step | undefined {
  const step = certificateStep(picture.seen);
  if (step?.kind !== 'wait') return step;
  if (step.stalled) return holdingTemplates(step);
  // Pods that start now would prove themselves with what is about to go.
  return picture.seen.statefulSet === undefined && isLeaving(picture) ? step : undefined;
}

/** Whether a Secret goes with a resource of this name that is no more. */
const isLeaving = ({ seen: { tls } }: Picture): boolean =>
  [tls?.authority, tls?.peer, tls?.operator].some((secret) => secret?.ownership === 'leaving');

/** What of it has to wait for members. */
export const rotation = ({ seen }: Picture): Step | undefined => certificateStep(seen);
