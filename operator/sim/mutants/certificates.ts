import { plan } from './planner-mutant.ts';
import type { PlannerMutant } from './planner-mutant.ts';

/** Bugs of how certificates are issued, and authorities replaced. */
export const CERTIFICATES: readonly PlannerMutant[] = [
  {
    name: 'renewed too late',
    seed: 1,
    description: 'Certificates are renewed after 80 days.',
    edits: [
      {
        file: 'operator/api/certificates.ts',
        find: 'leafRenewedMs: 60 * DAY_MS',
        replace: 'leafRenewedMs: 80 * DAY_MS',
      },
    ],
    caughtBy: ['certificates are renewed'],
  },
  {
    name: 'signed before it is believed',
    seed: 5,
    description: 'A new authority signs at once.',
    edits: [
      {
        file: plan('tls/certificate-step.ts'),
        find: 'if (doubting !== undefined && !isOverdue(certificate, nowMs)) {',
        replace: 'if (doubting !== undefined && isOverdue(certificate, nowMs)) {',
      },
    ],
    caughtBy: ['members believe each other'],
  },
  {
    name: 'dropped too early',
    seed: 5,
    description: 'An authority is believed no more as soon as another one has signed.',
    edits: [
      {
        file: plan('tls/certificate-step.ts'),
        find: '  if (old) {',
        replace: '  if (old && pods.length === 0) {',
      },
    ],
    caughtBy: ['members believe each other'],
  },
  {
    name: 'rotated for ever',
    seed: 2,
    description: 'An authority is replaced before the last replacement has come to its end.',
    edits: [
      {
        file: plan('tls/certificate-step.ts'),
        find: 'return leavesStep(managed) ?? rotated(managed, authority);',
        replace:
          "const step = leavesStep(managed);\n  return step?.kind === 'wait' ? createAuthority(authority) : (step ?? rotated(managed, authority));",
      },
    ],
    caughtBy: ['one rotation at a time'],
  },
];
