/**
 * What a broker of v0.4.11 does with the answers of meta servers: `behaviour.md` §1.5. It knows
 * them by words in the text that its library makes of a status.
 */
import { status } from '@grpc/grpc-js';
import type { Alarm } from '../alarm.ts';

/** How one attempt ended: a reply, or the status of the answer, or words of the network. */
export type AttemptOutcome =
  | { readonly kind: 'reply'; readonly reply: unknown }
  | { readonly kind: 'status'; readonly code: status; readonly details: string }
  | { readonly kind: 'network'; readonly words: string };

/** Calls one server; `done` once. */
export type Dial = (
  address: string,
  rpc: string,
  request: unknown,
  done: (outcome: AttemptOutcome) => void,
) => void;

export interface BrokerClientParts {
  readonly addresses: readonly string[];
  readonly dial: Dial;
  readonly alarm: Alarm;
}

/** How a call ended. `final`: it is not tried again, though attempts are left. */
export type BrokerOutcome =
  | { readonly kind: 'reply'; readonly reply: unknown }
  | { readonly kind: 'final' | 'exhausted'; readonly text: string };

export interface BrokerClient {
  call(rpc: string, request: unknown, done: (outcome: BrokerOutcome) => void): void;
}

const ATTEMPTS_MIN = 3;
const PAUSE_MS = 100;
const ATTEMPT_MS_MAX = 5_000;

const NODE_DOWN = [
  'tcp connect error',
  'Connection refused',
  'ConnectError',
  'The service is currently unavailable',
];
const NOT_LEADER = 'meta-service node is not currently the raft leader';

/** The library's words for the codes that matter here. */
const DESCRIPTIONS: Readonly<Partial<Record<status, string>>> = {
  [status.CANCELLED]: 'The operation was cancelled',
  [status.UNKNOWN]: 'Unknown error',
  [status.INVALID_ARGUMENT]: 'Client specified an invalid argument',
  [status.DEADLINE_EXCEEDED]: 'Deadline expired before operation could complete',
  [status.RESOURCE_EXHAUSTED]: 'Some resource has been exhausted',
  [status.FAILED_PRECONDITION]: 'The system is not in a state required for the operation',
  [status.INTERNAL]: 'Internal error',
  [status.UNAVAILABLE]: 'The service is currently unavailable',
};

export function createBrokerClient({ addresses, dial, alarm }: BrokerClientParts): BrokerClient {
  const leaders = new Map<string, string>();
  const attempts = Math.max(ATTEMPTS_MIN, addresses.length);

  return {
    call: (rpc, request, done) => {
      let attempt = 0;
      let text = '';

      function tryNext(): void {
        if (attempt === attempts) done({ kind: 'exhausted', text });
        else if (attempt === 0) ask();
        else alarm(PAUSE_MS, ask);
      }
      function ask(): void {
        const address = leaders.get(rpc) ?? addresses[attempt % addresses.length] ?? '';
        attempt += 1;
        limited(alarm, dial, address, rpc, request, first);
      }
      function first(outcome: AttemptOutcome): void {
        if (outcome.kind === 'reply') {
          done(outcome);
          return;
        }
        text = render(outcome);
        const leader = redirected(text);
        if (leader !== undefined) {
          leaders.set(rpc, leader);
          // Not under the limit of an attempt.
          dial(leader, rpc, request, second);
        } else if (isNodeDown(text)) {
          leaders.delete(rpc);
          tryNext();
        } else if (text.includes('forward request to') || text.includes(NOT_LEADER)) tryNext();
        else done({ kind: 'final', text });
      }
      function second(outcome: AttemptOutcome): void {
        if (outcome.kind === 'reply') {
          done(outcome);
          return;
        }
        text = render(outcome);
        if (!isNodeDown(text)) {
          done({ kind: 'final', text });
          return;
        }
        leaders.delete(rpc);
        tryNext();
      }

      tryNext();
    },
  };
}

/** Looked for before anything else, whatever the status is. */
function redirected(text: string): string | undefined {
  if (!text.includes('forward request to')) return undefined;
  const [, rest] = text.split('rpc_addr: ', 2);
  return rest?.split('}')[0]?.replace(/[\\" ]/g, '');
}

const isNodeDown = (text: string): boolean => NODE_DOWN.some((words) => text.includes(words));

const render = (outcome: Exclude<AttemptOutcome, { kind: 'reply' }>): string =>
  outcome.kind === 'network'
    ? outcome.words
    : `status: '${DESCRIPTIONS[outcome.code] ?? outcome.code}', self: ${JSON.stringify(outcome.details)}`;

/** An attempt that takes too long counts as a node that is down. */
function limited(
  alarm: Alarm,
  dial: Dial,
  address: string,
  rpc: string,
  request: unknown,
  done: (outcome: AttemptOutcome) => void,
): void {
  let open = true;
  const end = (outcome: AttemptOutcome): void => {
    if (!open) return;
    open = false;
    stop();
    done(outcome);
  };
  const stop = alarm(ATTEMPT_MS_MAX, () => end({ kind: 'network', words: 'ConnectError: 5 s' }));
  dial(address, rpc, request, end);
}
