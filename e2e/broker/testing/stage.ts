/** Three brokers on three members, as processes, and what happens to them. */
import assert from 'node:assert/strict';
import { awaitLeader } from '../../processes/leader.ts';
import { startCluster } from '../../local/local-cluster.ts';
import type { Place } from '../../processes/places.ts';
import type { ServerMember } from '../../processes/server.ts';
import { until } from '../../processes/until.ts';
import type { Command, Workspace } from '../../processes/workspace.ts';
import { textOf, unlike, type CachesText } from '../caches-text.ts';
import { createMetaCalls } from '../meta-calls.ts';
import { startBrokerProcess, type BrokerProcess } from '../process.ts';
import { readState } from '../state.ts';
import { createChanges, type Changes } from './changes.ts';

export const BROKER_IDS = [11, 12, 13] as const;
const LEADER_LIMIT_MS = 30_000;
const QUIET_LIMIT_MS = 30_000;

export interface StageSetup {
  readonly workspace: Workspace;
  readonly places: readonly Place[];
  /** Flags of members. */
  readonly flags?: readonly string[];
  /** What is run for the member at a place instead of the plain command. */
  readonly memberWithin?: (at: number) => (command: Command) => Command;
  /** Where a broker runs, if not beside all others. */
  readonly brokerSite?: (id: number) => {
    readonly listen: string;
    readonly within: (command: Command) => Command;
  };
}

export interface Stage {
  readonly changes: Changes;
  readonly running: () => readonly BrokerProcess[];
  readonly broker: (id: number) => BrokerProcess;
  /** Starts another process of a broker; resolves when it listens to clients. */
  readonly restart: (id: number) => Promise<void>;
  readonly leader: () => Promise<ServerMember>;
  /** Kills the leader, and starts it again when there is another one. */
  readonly replaceLeader: () => Promise<void>;
  /** What members have stored. */
  readonly state: () => Promise<CachesText>;
  /** Resolves when each broker's caches are the state; nothing is to happen meanwhile. */
  readonly settle: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

/** Resolves when all members vote, and all brokers listen to clients. */
export async function startStage(setup: StageSetup): Promise<Stage> {
  const { workspace, places, flags = [], memberWithin, brokerSite } = setup;
  const meta = places.map(({ client }) => client);
  const calls = createMetaCalls({ clear: () => Promise.resolve() });
  const ask = (rpc: string, request: Buffer) => calls.call(meta, rpc, request);
  const members = await startCluster({
    ...{ workspace, places, flags },
    directory: (at) => workspace.directory(`member-${at + 1}`),
    ...(memberWithin && { within: memberWithin }),
  });
  const changes = createChanges(ask);
  const brokers = new Map<number, BrokerProcess>();

  async function restart(id: number): Promise<void> {
    const { listen, ...within } = brokerSite?.(id) ?? {};
    const own = ['--pause-ms', '100', ...(listen === undefined ? [] : ['--listen', listen])];
    const process = startBrokerProcess(workspace, { id, meta, flags: own, ...within });
    brokers.set(id, process);
    await process.runs;
  }

  const leader = async (): Promise<ServerMember> =>
    (await awaitLeader(members, LEADER_LIMIT_MS)).member;

  const state = async (): Promise<CachesText> => textOf(await readState(ask));

  async function unlikeState(): Promise<readonly string[]> {
    const stored = await state();
    const each = [...brokers].map(async ([id, broker]) => {
      const { caches } = await broker.state();
      return unlike(caches, stored).map((words) => `broker ${id}: ${words}`);
    });
    return (await Promise.all(each)).flat();
  }

  // One by one: of two that miss the system user at once, one ends when the other has made it.
  for (const id of BROKER_IDS) await restart(id);

  return {
    ...{ changes, restart, leader, state },
    running: () => [...brokers.values()],
    broker: (id) => {
      const found = brokers.get(id);
      assert.ok(found);
      return found;
    },
    replaceLeader: async () => {
      const killed = await leader();
      await killed.end('SIGKILL');
      await leader();
      killed.start();
    },
    settle: async () => {
      let wrong: readonly string[] = [];
      await until('caches like the state', QUIET_LIMIT_MS, async () => {
        wrong = await unlikeState();
        return wrong.length === 0;
      }).catch((error: unknown) => {
        throw new Error(`${String(error)}\n${wrong.slice(0, 20).join('\n')}\n${changes.story()}`);
      });
    },
    stop: async () => {
      await changes.stop();
      calls.close();
    },
  };
}
