/** What the steps of the demonstration work with. */
import { statusesOf } from '../../processes/admin.ts';
import { awaitLeader } from '../../processes/leader.ts';
import { freePlaces, type Place } from '../../processes/places.ts';
import type { ServerMember } from '../../processes/server.ts';
import { until } from '../../processes/until.ts';
import type { Workspace } from '../../processes/workspace.ts';
import { startCluster } from '../../local/local-cluster.ts';
import { createCli, type Cli } from './cli.ts';

export interface Stage {
  readonly workspace: Workspace;
  /** All that were started, those that were ended as well. */
  readonly members: ServerMember[];
  readonly cli: Cli;
  /** A sentence of the narrator. */
  readonly say: (sentence: string) => void;
  /** What must hold; throws when it does not. */
  readonly expect: (holds: boolean, claim: string) => void;
  readonly directory: (name: string) => string;
  readonly place: () => Promise<Place>;
  /** Waits for a leader that answers, and returns it. */
  readonly leader: () => Promise<ServerMember>;
  /** The id of a member by what it says of itself. */
  readonly idOf: (member: ServerMember) => Promise<number>;
}

const MEMBERS = 3;
const LIMIT_MS = 10_000;
const STATUS_LIMIT_MS = 1_000;

/** Starts three members. */
export async function createStage(workspace: Workspace): Promise<Stage> {
  const directory = (name: string): string => workspace.directory(name);
  const started = await startCluster({
    workspace,
    places: await freePlaces(MEMBERS),
    directory: (at) => directory(`m${at + 1}`),
    flags: ['--log-level', 'warn'],
  });
  const members = [...started];
  const peers = (): string[] => members.map(({ place }) => place.peer);
  const clients = (): string[] => members.map(({ place }) => place.client);
  const hidden = (): string[] => [
    ...['--endpoints', peers().join(',')],
    ...['--client-endpoints', clients().join(',')],
  ];
  const say = (sentence: string): void => console.log(sentence);
  return {
    workspace,
    members,
    cli: createCli(workspace, hidden, say),
    say,
    expect: (holds, claim) => {
      if (!holds) throw new Error(`This does not hold: ${claim}`);
      say(`  ✓ ${claim}`);
    },
    directory,
    place: async () => {
      const [place] = await freePlaces(1);
      if (place === undefined) throw new Error('no ports are free');
      return place;
    },
    leader: async () => (await awaitLeader(members, LIMIT_MS, STATUS_LIMIT_MS)).member,
    idOf: ({ place }) =>
      until('it is a member', LIMIT_MS, async () => {
        const [status] = await statusesOf([place.peer], STATUS_LIMIT_MS);
        return status !== undefined && status.memberId !== 0 ? status.memberId : undefined;
      }),
  };
}
