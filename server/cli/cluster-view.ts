/** The cluster as its members see it, put together from the Status of every one of them. */
import { AdminServiceService as Admin } from '../../proto/gen/robustmq/admin/v1/admin.ts';
import type { Member, Status } from '../../proto/gen/robustmq/admin/v1/admin.ts';
import { attempt } from './attempt.ts';
import type { Attempt } from './attempt.ts';
import { explain } from './explain.ts';
import type { Route } from './routing.ts';

/** One process, or the place where one should be. */
export interface MemberView {
  /** undefined: the process that answered is in no configuration. */
  readonly member: Member | undefined;
  /** Where it was asked. */
  readonly endpoint: string;
  /** undefined: it could not be asked. */
  readonly status: Status | undefined;
  /** Why there is no status. */
  readonly why: string;
  /** A process with another directory answers where it should. */
  readonly displaced?: true;
}

export interface ClusterView {
  /** Whose word on configuration and leader is taken. */
  readonly witness: Status;
  readonly members: readonly MemberView[];
}

/** A member that does not answer in this time is shown as unreachable. */
const SHORT_MS = 2_000;

type StatusAttempt = Attempt<{ readonly status: Status | undefined }>;
type Asked = Map<string, StatusAttempt>;

/**
 * Asks the endpoints, then every member of the configuration that the best informed of them knows.
 *
 * @throws CliError when none of the endpoints answers.
 */
export async function viewCluster(route: Route): Promise<ClusterView> {
  const asked: Asked = new Map();
  await ask(route, route.endpoints, asked);
  const first = witnessOf(asked);
  if (first === undefined) {
    const failures = [...asked.values()].filter((outcome) => outcome.kind !== 'done');
    throw explain({ what: 'ask for the status', mutates: false }, failures);
  }
  await ask(route, addressesIn(first), asked);
  const witness = witnessOf(asked) ?? first;
  await ask(route, addressesIn(witness), asked);
  const members = witness.configuration?.members ?? [];
  const views = members.map((member) => viewMember(member, asked));
  return { witness, members: [...views, ...strangers(members, asked)] };
}

async function ask(route: Route, endpoints: readonly string[], asked: Asked): Promise<void> {
  const timeoutMs = Math.min(route.timeoutMs, SHORT_MS);
  await Promise.all(
    endpoints
      .filter((endpoint) => !asked.has(endpoint))
      .map(async (endpoint) => {
        const client = route.channels.to(endpoint);
        asked.set(endpoint, await attempt(client, endpoint, Admin.status, {}, timeoutMs));
      }),
  );
}

const statusIn = (outcome: StatusAttempt): Status | undefined =>
  outcome.kind === 'done' ? outcome.response.status : undefined;

/** The leader of the highest term; else whoever knows the newest configuration. */
function witnessOf(asked: Asked): Status | undefined {
  const rank = (status: Status): readonly number[] => [
    status.memberId !== 0 && status.memberId === status.leaderId ? 1 : 0,
    status.term,
    status.configuration?.index ?? 0,
  ];
  return [...asked.values()]
    .map(statusIn)
    .filter((status) => status !== undefined)
    .toSorted((a, b) => compare(rank(b), rank(a)))[0];
}

function compare(a: readonly number[], b: readonly number[]): number {
  const at = a.findIndex((value, index) => value !== b[index]);
  return at < 0 ? 0 : (a[at] ?? 0) - (b[at] ?? 0);
}

const addressesIn = ({ configuration, leaderPeerAddress }: Status): readonly string[] =>
  [leaderPeerAddress, ...(configuration?.members ?? []).map(({ peerAddress }) => peerAddress)]
    .filter((address) => address !== '')
    .filter((address, at, all) => all.indexOf(address) === at);

/** A member is its directory, wherever it answers. */
function viewMember(member: Member, asked: Asked): MemberView {
  for (const [endpoint, outcome] of asked) {
    const status = statusIn(outcome);
    if (status?.directory === member.directory) return { member, endpoint, status, why: '' };
  }
  const endpoint = member.peerAddress;
  const outcome = asked.get(endpoint);
  const displaced = outcome?.kind === 'done' && { displaced: true as const };
  return { member, endpoint, status: undefined, why: whyNot(outcome), ...displaced };
}

function whyNot(outcome: StatusAttempt | undefined): string {
  if (outcome === undefined) return 'its address is not known';
  switch (outcome.kind) {
    case 'done':
      return `another directory answers there (${outcome.response.status?.directory ?? 'none'})`;
    case 'unreachable':
      return outcome.why;
    case 'lost':
    case 'refused':
      return outcome.error.details;
  }
}

/** Whoever answered, or was named on the command line, and is in no configuration. */
function strangers(members: readonly Member[], asked: Asked): MemberView[] {
  const known = new Set(members.flatMap(({ directory, peerAddress }) => [directory, peerAddress]));
  return [...asked]
    .filter(([endpoint, outcome]) => !known.has(statusIn(outcome)?.directory ?? endpoint))
    .map(([endpoint, outcome]) => {
      const status = statusIn(outcome);
      return {
        member: undefined,
        endpoint,
        status,
        why: status === undefined ? whyNot(outcome) : '',
      };
    });
}
