/** This repository's server, with its defaults. It is asked over its own APIs. */
import { credentials } from '@grpc/grpc-js';
import { join } from 'node:path';
import { MetaServiceServiceClient } from '../../../proto/gen/meta/common.ts';
import type { RangeResponse, Status } from '../../../proto/gen/robustmq/admin/v1/admin.ts';
import { rowKey } from '../../../server/state/row-keys.ts';
import { askAdmin, settledVoters, statusOf } from '../../processes/admin.ts';
import { awaitLeader } from '../../processes/leader.ts';
import { createMember, unlessFailed, type Member } from '../../processes/member.ts';
import type { Node } from '../../processes/network.ts';
import { freePlaces, type Place } from '../../processes/places.ts';
import { serverCommand } from '../../processes/server.ts';
import { until } from '../../processes/until.ts';
import type { Workspace } from '../../processes/workspace.ts';
import { MEMBERS, type ClusterUnderTest, type Product } from './cluster.ts';

const START_LIMIT_MS = 60_000;
const CATCH_UP_LIMIT_MS = 300_000;

async function serves(peer: string): Promise<boolean> {
  const range = { prefix: '', after: '', limit: 1, keysOnly: true, stale: false };
  await askAdmin<RangeResponse>(peer, (client, ...rest) => client.range(range, ...rest));
  return true;
}

async function writes(endpoint: string): Promise<boolean> {
  const client = new MetaServiceServiceClient(endpoint, credentials.createInsecure());
  try {
    await new Promise<void>((resolve, reject) => {
      client.set({ key: 'ready', value: 'yes' }, (error) => {
        if (error === null) resolve();
        else reject(error);
      });
    });
    return true;
  } finally {
    client.close();
  }
}

/** On a node other members reach it without mTLS, as on loopback: the network is the run's own. */
type Site = Pick<Node, 'place'> & Partial<Pick<Node, 'within'>>;

/** A member that makes a new cluster, or one that joins the member at a peer address. */
const createServer = (
  workspace: Workspace,
  directory: string,
  { place, within }: Site,
  joined: string | undefined,
): Member =>
  createMember(
    workspace,
    directory,
    serverCommand({
      directory,
      place,
      origin:
        joined === undefined
          ? { kind: 'bootstrap', peers: [] }
          : { kind: 'join', members: [joined] },
      flags: ['--log-level', 'warn', ...(within === undefined ? [] : ['--insecure-peers'])],
      built: true,
      ...(within && { within }),
    }),
  );

const isComplete = ({ configuration }: Status): boolean =>
  settledVoters(configuration).length === MEMBERS;

/** Who takes part, and how somebody is added. */
interface Roster {
  readonly members: readonly Member[];
  add(): Promise<Place>;
  stop(): Promise<void>;
}

/** Starts the members: the first makes the cluster, the others join it. */
function createRoster(workspace: Workspace, cluster: string, sites: readonly Site[]): Roster {
  const all: Member[] = [];
  const start = (site: Site): Member => {
    const directory = workspace.directory(join(cluster, `m${all.length}`));
    const peer = all.length === 0 ? undefined : sites[0]?.place.peer;
    const member = createServer(workspace, directory, site, peer);
    all.push(member);
    member.start();
    return member;
  };
  return {
    members: sites.map(start),
    add: async () => {
      const [place] = await freePlaces(1);
      if (place === undefined) throw new Error('no place for a learner');
      start({ place });
      return place;
    },
    stop: async () => {
      await Promise.all(all.map((member) => member.end('SIGKILL')));
    },
  };
}

function createCluster(places: readonly Place[], roster: Roster): ClusterUnderTest {
  const peers = places.map(({ peer }) => peer);
  const members = places.map((place) => ({ place }));
  const leader = () => awaitLeader(members, START_LIMIT_MS);
  return {
    target: 'robustmq',
    endpoints: places.map(({ client }) => client),
    staleEndpoints: peers,
    stalePrefix: rowKey('kv', ''),
    members: roster.members,
    leader: async () => (await leader()).at,
    term: async () => (await leader()).status.term,
    transfer: async () => {
      const { at, status } = await leader();
      const configurationIndex = status.configuration?.index ?? 0;
      await askAdmin<unknown>(peers[at] ?? '', (client, ...rest) =>
        client.transfer({ configurationIndex, memberId: 0, term: status.term }, ...rest),
      );
    },
    serves: (at) => serves(peers[at] ?? ''),
    addLearner: async () => {
      const { status } = await leader();
      const { peer } = await roster.add();
      await until('the learner of robustmq-meta caught up', CATCH_UP_LIMIT_MS, async () => {
        const { appliedIndex } = await statusOf(peer);
        return appliedIndex >= status.commitIndex;
      });
    },
    stop: () => roster.stop(),
  };
}

async function ready(places: readonly Place[]): Promise<void> {
  await until('robustmq-meta has three voters', START_LIMIT_MS, async () =>
    isComplete(await statusOf(places[0]?.peer ?? '')),
  );
  await until('robustmq-meta writes', START_LIMIT_MS, () =>
    Promise.any(places.map(({ client }) => writes(client))),
  );
}

/** The server of this working copy. */
export function createRobustmqMeta(): Product {
  let clusters = 0;
  return {
    name: 'robustmq-meta',
    start: async (workspace, nodes) => {
      const sites = nodes ?? (await freePlaces(MEMBERS)).map((place) => ({ place }));
      const places = sites.map(({ place }) => place);
      const roster = createRoster(workspace, `robustmq-meta-${clusters++}`, sites);
      await unlessFailed(roster.members, ready(places));
      return createCluster(places, roster);
    },
  };
}
