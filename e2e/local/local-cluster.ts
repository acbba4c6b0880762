/** Members on this machine that form one cluster. */
import { statusesOf, settledVoters } from '../processes/admin.ts';
import { unlessFailed } from '../processes/member.ts';
import { freePlaces, type Place } from '../processes/places.ts';
import { startServer, type Origin, type ServerMember } from '../processes/server.ts';
import { until } from '../processes/until.ts';
import type { Command, Workspace } from '../processes/workspace.ts';

const START_LIMIT_MS = 30_000;
/** The bound of a member itself is longer; who watches a demonstration does not wait for that. */
const STOP_LIMIT_MS = 5_000;

export interface ClusterSetup {
  readonly workspace: Workspace;
  readonly places: readonly Place[];
  /** Directory of the member at a place, counted from 0. */
  readonly directory: (at: number) => string;
  readonly flags?: readonly string[];
  /** What is run for the member at a place instead of the plain command. */
  readonly within?: (at: number) => (command: Command) => Command;
  /** As production runs them; they must have been built. */
  readonly built?: boolean;
}

/**
 * Starts a member at each place, and resolves when all of them vote. The first founds the cluster
 * unless another one is in one already, which is so when the directories are used ones.
 */
export async function startCluster(setup: ClusterSetup): Promise<readonly ServerMember[]> {
  const { workspace, places, directory, flags = [], built = false, within } = setup;
  const peers = places.map(({ peer }) => peer);
  const members = places.map((place, at) =>
    startServer(workspace, {
      directory: directory(at),
      place,
      origin: originOf(at, peers),
      flags: ['--log-format', 'json', ...flags],
      built,
      ...(within && { within: within(at) }),
    }),
  );
  const giveUp = new AbortController();
  try {
    await unlessFailed(members, allVote(peers, giveUp.signal));
  } finally {
    giveUp.abort();
  }
  return members;
}

/** Three that are new, each in a directory of the workspace. */
export const startThree = async (workspace: Workspace): Promise<readonly ServerMember[]> =>
  startCluster({
    workspace,
    places: await freePlaces(3),
    directory: (at) => workspace.directory(`m${at + 1}`),
  });

function originOf(at: number, peers: readonly string[]): Origin {
  const others = peers.filter((_, other) => other !== at);
  return at === 0 ? { kind: 'bootstrap', peers: others } : { kind: 'join', members: others };
}

const allVote = (peers: readonly string[], signal: AbortSignal): Promise<boolean> => {
  const complete = async (): Promise<boolean> => {
    const statuses = await statusesOf(peers);
    return statuses.every((status) => {
      const voters = settledVoters(status?.configuration);
      return (
        status !== undefined &&
        status.leaderId !== 0 &&
        voters.length >= peers.length &&
        voters.includes(status.memberId)
      );
    });
  };
  return until(`all ${peers.length} members vote`, START_LIMIT_MS, complete, signal);
};

/**
 * Ends members in good order, and those at once that take too long.
 *
 * @returns their exit statuses; undefined for one that had to be killed.
 */
export const stopMembers = (
  members: readonly ServerMember[],
  limitMs = STOP_LIMIT_MS,
): Promise<readonly (number | undefined)[]> =>
  Promise.all(
    members.map(async (member) => {
      const { promise: late, resolve } = Promise.withResolvers<'late'>();
      const timer = setTimeout(() => resolve('late'), limitMs);
      const ended = member.end('SIGTERM');
      const first = await Promise.race([ended, late]);
      clearTimeout(timer);
      if (first !== 'late') return first;
      member.kill();
      return ended;
    }),
  );
