import { KubeError } from '../kube-error.ts';
import type { KubeErrorCode } from '../kube-error.ts';

/** What the API server says of a failure: the part of a Status that is read. */
interface Said {
  readonly message?: string;
  readonly reason?: string;
}

/** The longest piece of an answer that is shown when it is no Status. */
const SHOWN_MAX = 200;

/** The error of an answer that is no success. */
export function failureOf(what: string, httpStatus: number, body: string): KubeError {
  const { message, reason } = saidIn(body);
  const why = message ?? body.slice(0, SHOWN_MAX);
  const shown = `${what}: ${httpStatus} ${reason ?? ''} ${why}`.trim();
  const refusal = isOfObject(httpStatus, why) ? why : undefined;
  // Admission comes before anything is stored, whatever the status.
  const code = refusal === undefined ? codeOf(httpStatus) : 'refused';
  return new KubeError(code, shown, undefined, refusal);
}

/** Answers to what was asked for, and not to who asks, how often, or on what version of the object. */
const OF_OBJECTS: readonly number[] = [400, 403, 413, 422];

/** A webhook that cannot be reached, or denies with a status of its own, is known by the words alone. */
const isOfObject = (httpStatus: number, message: string): boolean =>
  OF_OBJECTS.includes(httpStatus) || (httpStatus >= 500 && /\bwebhook\b/.test(message));

/** A server error leaves open what was done; a refusal for load (429) says that nothing was. */
function codeOf(httpStatus: number): KubeErrorCode {
  switch (httpStatus) {
    case 404:
      return 'missing';
    case 409:
      return 'conflict';
    case 410:
      return 'expired';
    default:
      return httpStatus >= 500 ? 'unknown' : 'refused';
  }
}

function saidIn(body: string): Said {
  try {
    const said: unknown = JSON.parse(body);
    return typeof said === 'object' && said !== null ? said : {};
  } catch {
    return {};
  }
}
