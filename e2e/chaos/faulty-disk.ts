/** The disk of one member, whose power can fail, and which can fail itself. See `faultfs/`. */
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { buildGoBinary } from '../processes/go-binary.ts';
import { command } from '../processes/namespaces.ts';
import { dataOf } from '../processes/server.ts';
import { logTo, type Workspace } from '../processes/workspace.ts';

/** What can be wrong with a disk; all of it goes on until it is healed. */
export type DiskTrouble =
  'fail-writes' | 'fail-syncs' | 'fill' | 'hang-syncs' | `slow-syncs ${number}`;

export interface FaultyDisk {
  begin(trouble: DiskTrouble): Promise<void>;
  /** Ends all trouble; syncs that hang come back. */
  heal(): Promise<void>;
  /**
   * All that was not synced is gone; with a seed for torn tails, files keep a part of what was added to
   * their end. The member's process must have ended. Resolves with how many files do.
   */
  losePower(tornSeed?: number): Promise<number>;
  unmount(): Promise<void>;
}

/** Builds the program, before the run is cut off from the network. */
export const buildFaultyDisk = (): string => buildGoBinary(join(import.meta.dirname, 'faultfs'));

/** Puts such a disk where the member that runs in `directory` keeps its data. */
export async function mountFaultyDisk(
  workspace: Workspace,
  directory: string,
): Promise<FaultyDisk> {
  const [mount, backing] = [dataOf(directory), join(directory, 'disk')];
  const control = join(directory, 'disk.sock');
  for (const path of [mount, backing]) mkdirSync(path, { recursive: true });
  const process = workspace.run({
    bin: buildFaultyDisk(),
    args: ['--mount', mount, '--backing', backing, '--control', control],
  });
  workspace.atEnd(() => command('umount', ['--lazy', mount]));
  void logTo(join(directory, 'disk.log'), process);
  await Promise.race([
    once(process.output, 'data'),
    process.ended.then(() => Promise.reject(new Error(`no disk on ${mount}: see disk.log`))),
  ]);
  const tell = async (order: string): Promise<string> => {
    const socket = connect(control);
    socket.end(`${order}\n`);
    const answer = (await text(socket)).trim();
    const [first, ...rest] = answer.split(' ');
    if (first !== 'ok') throw new Error(`${mount}: ${order}: ${answer}`);
    return rest.join(' ');
  };
  return {
    begin: async (trouble) => {
      await tell(trouble);
    },
    heal: async () => {
      await tell('heal');
    },
    losePower: async (seed) => Number(await tell(`lose-power ${seed ?? ''}`)),
    unmount: async () => {
      process.signal('SIGTERM');
      await process.ended;
    },
  };
}
