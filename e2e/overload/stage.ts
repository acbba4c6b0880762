/** A member in a container of little memory, and how it fares. */
import { readFileSync } from 'node:fs';
import { statusOf } from '../processes/admin.ts';
import { createKvClient, type KvClient } from '../processes/kv.ts';
import { unlessFailed } from '../processes/member.ts';
import { freePlaces, type Place } from '../processes/places.ts';
import { startServer, type ServerMember } from '../processes/server.ts';
import { until } from '../processes/until.ts';
import type { Command, Workspace } from '../processes/workspace.ts';
import { LARGE_PREFIX } from './attacks.ts';
import type { MemoryGroup } from './cgroup.ts';

export interface Stage {
  readonly group: MemoryGroup;
  readonly member: ServerMember;
  /** With a connection from before the attacks. */
  readonly kv: KvClient;
}

/** Counted by the member since it was started. */
export interface Counted {
  readonly refused: number;
  readonly overload: number;
  readonly stalled: number;
}

const MIB = 1 << 20;
const START_LIMIT_MS = 15_000;
const WRITE_LIMIT_MS = 2_000;

/** The member leads itself, and holds what the deaf ask for. */
export async function prepare(workspace: Workspace, group: MemoryGroup): Promise<Stage> {
  const [place] = await freePlaces(1);
  if (place === undefined) throw new Error('no ports are free');
  const directory = workspace.directory('member');
  const origin = { kind: 'bootstrap', peers: [] } as const;
  // The shell puts itself into the group, and becomes the member.
  const join = 'echo $$ > "$0" && exec "$@"';
  const within = ({ bin, args }: Command): Command => ({
    bin: 'sh',
    args: ['-c', join, group.procs, bin, ...args],
  });
  const member = startServer(workspace, { directory, place, origin, built: true, within });
  await unlessFailed(
    [member],
    until('the member leads', START_LIMIT_MS, async () => {
      const { leaderId, memberId } = await statusOf(place.peer);
      return memberId !== 0 && leaderId === memberId;
    }),
  );
  const endpoints = () => [place.client];
  const kv = createKvClient({ endpoints, first: 0, timeoutMs: WRITE_LIMIT_MS });
  for (const name of ['a', 'b', 'c']) await kv.set(LARGE_PREFIX + name, name.repeat(MIB));
  return { group, member, kv };
}

/** A normal write; rejects unless it is carried out. */
export async function writeOnce(kv: KvClient): Promise<void> {
  const written = await kv.set('overload/normal', 'v'.repeat(256));
  if (written.kind !== 'ok') throw new Error(written.why);
}

/** What the client port has counted. */
export async function countedBy({ http }: Place): Promise<Counted> {
  const metrics = await (await fetch(`http://${http}/metrics`)).text();
  const value = (series: string): number =>
    Number(new RegExp(`^robustmq_meta_connections_${series}\\} (\\d+)$`, 'm').exec(metrics)?.[1]);
  const ended = (reason: string): number => value(`ended_total\\{port="client",reason="${reason}"`);
  return {
    refused: value('refused_total\\{port="client"'),
    overload: ended('overload'),
    stalled: ended('stalled'),
  };
}

/** The most memory of its own that the process has now, in bytes. */
export function anonymousBytes(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/^RssAnon:\s+(\d+)/m.exec(status)?.[1]) * 1024;
}
