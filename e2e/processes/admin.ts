/** What is asked of the admin API of one member. */
import { credentials, Metadata } from '@grpc/grpc-js';
import type { CallOptions, ServiceError } from '@grpc/grpc-js';
import { AdminServiceClient, Standing } from '../../proto/gen/robustmq/admin/v1/admin.ts';
import type { Configuration, Status } from '../../proto/gen/robustmq/admin/v1/admin.ts';

type Ask<Reply> = (
  client: AdminServiceClient,
  metadata: Metadata,
  options: Partial<CallOptions>,
  done: (error: ServiceError | null, reply: Reply) => void,
) => unknown;

const LIMIT_MS = 2_000;

/** One call. A channel of its own: a member that was restarted is found again at once. */
export async function askAdmin<Reply>(
  peer: string,
  ask: Ask<Reply>,
  limitMs: number = LIMIT_MS,
): Promise<Reply> {
  const client = new AdminServiceClient(peer, credentials.createInsecure());
  try {
    return await new Promise((resolve, reject) => {
      ask(client, new Metadata(), { deadline: Date.now() + limitMs }, (error, reply) => {
        if (error === null) resolve(reply);
        else reject(error);
      });
    });
  } finally {
    client.close();
  }
}

/** What the member at `peer` says of itself. Rejects when it does not answer. */
export async function statusOf(peer: string, limitMs?: number): Promise<Status> {
  const { status } = await askAdmin<{ readonly status: Status | undefined }>(
    peer,
    (client, ...rest) => client.status({}, ...rest),
    limitMs,
  );
  if (status === undefined) throw new Error(`${peer} has no status`);
  return status;
}

/** Has a leader hand over. @param memberId 0: to whoever is best. */
export async function transferFrom(peer: string, limitMs?: number, memberId = 0): Promise<unknown> {
  const { configuration, term } = await statusOf(peer, limitMs);
  const request = { configurationIndex: configuration?.index ?? 0, memberId, term };
  return askAdmin<unknown>(peer, (client, ...rest) => client.transfer(request, ...rest), limitMs);
}

/** The statuses of those that answer, by their place in `peers`. */
export async function statusesOf(
  peers: readonly string[],
  limitMs?: number,
): Promise<readonly (Status | undefined)[]> {
  const answers = await Promise.allSettled(peers.map((peer) => statusOf(peer, limitMs)));
  return answers.map((each) => (each.status === 'fulfilled' ? each.value : undefined));
}

/** The ids of the voters, unless a change of them is on its way. */
export function settledVoters(configuration: Configuration | undefined): readonly number[] {
  const { members = [], outgoingVoterIds = [] } = configuration ?? {};
  if (outgoingVoterIds.length > 0) return [];
  return members.filter(({ standing }) => standing === Standing.VOTER).map(({ id }) => id);
}
