/** Certificates are there before anything needs them, and renewed without anybody noticing. */
import type { Picture } from '../picture.ts';
import { holdingTemplates } from '../step.ts';
import type { Step } from '../step.ts';
import { certificateStep } from '../tls/certificate-step.ts';

/** Issues, renews, changes who is believed; what it waits for holds nobody back. */
export function certificates(picture: Picture): Step | undefined {
  const step = certificateStep(picture.seen);
  if (step?.kind !== 'wait') return step;
  return step.stalled ? holdingTemplates(step) : undefined;
}

/** What of it has to wait for members. */
export const rotation = ({ seen }: Picture): Step | undefined => certificateStep(seen);
