/** The one place where a failed call becomes a sentence and an exit code. */
import { status } from '@grpc/grpc-js';
import { answered, statusName } from './attempt.ts';
import type { Failure } from './attempt.ts';
import { CliError } from './cli-error.ts';
import type { CliErrorCode } from './cli-error.ts';

/** What was tried. */
export interface Action {
  /** In the infinitive, to complete "Could not …". */
  readonly what: string;
  /** Changes something: an answer that never came leaves the outcome open. */
  readonly mutates: boolean;
}

interface Row {
  readonly code: CliErrorCode;
  /** What to do; the member has said what happened. */
  readonly advice: string;
}

const OBSERVE = 'Look with `robustmq-meta status`, then run the same command again.';

/** By what a member answered. Statuses without a row are failures without advice. */
const ANSWERS: Readonly<Partial<Record<status, Row>>> = {
  [status.INVALID_ARGUMENT]: { code: 'refused', advice: 'Correct the command.' },
  [status.NOT_FOUND]: { code: 'refused', advice: '' },
  [status.FAILED_PRECONDITION]: { code: 'refused', advice: '' },
  [status.ABORTED]: {
    code: 'moved',
    advice:
      'The membership or the leader has changed since this was decided, and nothing was changed. Look at `robustmq-meta member list`, and re-run the command if it is still right.',
  },
  [status.UNAVAILABLE]: {
    code: 'failed',
    advice: 'Nothing was changed. Try again, or look at `robustmq-meta status`.',
  },
  [status.RESOURCE_EXHAUSTED]: {
    code: 'refused',
    advice: 'A limit is reached; look at the alarms in `robustmq-meta status`.',
  },
  [status.UNAUTHENTICATED]: {
    code: 'refused',
    advice: 'Give --authority, --certificate and --key of an operator.',
  },
  [status.PERMISSION_DENIED]: {
    code: 'refused',
    advice: 'The certificate does not name the role that this needs: use one of an operator.',
  },
  [status.UNIMPLEMENTED]: {
    code: 'failed',
    advice: 'Is this the right port, and is the member of a version that knows this command?',
  },
};

/** Answers with which a member itself cannot tell whether a change was carried out. */
const OPEN: readonly status[] = [
  status.DEADLINE_EXCEEDED,
  status.UNKNOWN,
  status.CANCELLED,
  status.DATA_LOSS,
  status.INTERNAL,
];

/** A read that took too long is like one that got no answer; other errors are answers. */
const LATE = status.DEADLINE_EXCEEDED;

/** What people and scripts are told when these attempts, the last of them decisive, came to nothing. */
export function explain(action: Action, failures: readonly Failure[]): CliError {
  const last = failures.at(-1);
  if (last === undefined) return new CliError('failed', `Could not ${action.what}.`);
  const spoken = failures.findLast((failure) => failure.kind !== 'unreachable');
  if (spoken === undefined) return unreachable(action, failures);
  const { endpoint, error } = spoken;
  const name = statusName(error.code);
  const isOpen = action.mutates ? OPEN.includes(error.code) : LATE === error.code;
  if (spoken.kind === 'lost' || isOpen) return open(action, spoken);
  const row = ANSWERS[error.code] ?? { code: 'failed', advice: '' };
  const rest = failures.filter((failure) => failure.kind === 'unreachable').map(where);
  const also = rest.length > 0 ? ` Not reached: ${rest.join('; ')}.` : '';
  return new CliError(
    row.code,
    `Could not ${action.what}: ${endpoint} answered ${sentence(error.details)}${also} ${row.advice}`.trim(),
    name,
    error,
  );
}

function unreachable(action: Action, failures: readonly Failure[]): CliError {
  return new CliError(
    'unreachable',
    `Could not ${action.what}: no member could be reached (${failures.map(where).join('; ')}). Are these the right addresses, are the members running, and is TLS wanted there?`,
  );
}

function open(
  action: Action,
  { endpoint, error }: Exclude<Failure, { kind: 'unreachable' }>,
): CliError {
  const name = statusName(error.code);
  const what = answered(error)
    ? `${endpoint} answered ${sentence(error.details)}`
    : error.code === status.DEADLINE_EXCEEDED
      ? `${endpoint} did not answer in time.`
      : `the connection to ${endpoint} was lost (${error.details}).`;
  return action.mutates
    ? new CliError(
        'unknown',
        `Outcome unknown: tried to ${action.what}, but ${what} It may or may not have been carried out. ${OBSERVE}`,
        name,
        error,
      )
    : new CliError('unreachable', `Could not ${action.what}: ${what} Try again.`, name, error);
}

const where = (failure: Failure): string => `${failure.endpoint}: ${failureText(failure)}`;

/** What there is to say of an attempt that failed, beside where it did. */
export const failureText = (failure: Failure): string =>
  failure.kind === 'unreachable' ? failure.why : failure.error.details;

const sentence = (text: string): string => (/[.!?]$/.test(text) ? text : `${text}.`);
