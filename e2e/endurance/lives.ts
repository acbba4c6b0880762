/** What the processes of members use, while they lead and while they do not. */
import { readdirSync, readlinkSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Role } from '../../proto/gen/robustmq/admin/v1/admin.ts';
import { usageOf } from '../bench/process-usage.ts';
import { statusOf } from '../processes/admin.ts';
import { dataOf, type ServerMember } from '../processes/server.ts';

const MIB = 1 << 20;

export interface Sample {
  /** Of `performance.now()`. */
  readonly atMs: number;
  readonly rssAnonMiB: number;
  /** All that is open, as `/proc/PID/fd` lists it: handles and files. */
  readonly descriptors: number;
  /** Those that are no files: sockets, pipes, timers. */
  readonly handles: number;
  /** What the entries of the log count for; NaN while the member does not answer. */
  readonly logMiB: number;
  /** What the files of the log take. */
  readonly logDiskMiB: number;
}

/** One process in one role: a leader needs more than a follower, and gets there in a while. */
export interface Life {
  /** Counted from 1. */
  readonly member: number;
  readonly pid: number;
  readonly leads: boolean;
  readonly beganMs: number;
  readonly samples: Sample[];
}

/** Adds a sample to the life of each process that runs; one that is new, or has another role, begins one. */
export async function sampleLives(lives: Life[], members: readonly ServerMember[]): Promise<void> {
  await Promise.all(
    members.map(async ({ pid, place, directory }, at) => {
      if (pid === undefined) return;
      const atMs = performance.now();
      const status = await statusOf(place.peer).catch(() => undefined);
      let life = lives.findLast((each) => each.pid === pid);
      // Who does not answer is what it was.
      const leads = status === undefined ? life?.leads : status.role === Role.LEADER;
      if (life?.leads !== leads || life === undefined) {
        life = { member: at + 1, pid, leads: leads ?? false, beganMs: atMs, samples: [] };
        lives.push(life);
      }
      const { rssAnonMiB } = usageOf(pid);
      // Killed meanwhile.
      if (Number.isNaN(rssAnonMiB)) return;
      life.samples.push({
        atMs,
        rssAnonMiB,
        ...countDescriptors(targetsOf(pid)),
        logMiB: (status?.sizes?.logBytes ?? NaN) / MIB,
        logDiskMiB: bytesOf(join(dataOf(directory), 'log')) / MIB,
      });
    }),
  );
}

/** What each descriptor of a process leads to; empty for one that was closed meanwhile. */
const targetsOf = (pid: number): readonly string[] =>
  missing([], () => readdirSync(`/proc/${pid}/fd`)).map((name) =>
    missing('', () => readlinkSync(`/proc/${pid}/fd/${name}`)),
  );

/** Counts them: only files, deleted ones too, have a path. */
export function countDescriptors(
  targets: readonly string[],
): Pick<Sample, 'descriptors' | 'handles'> {
  const open = targets.filter((target) => target !== '');
  return {
    descriptors: open.length,
    handles: open.filter((target) => !target.startsWith('/')).length,
  };
}

const bytesOf = (directory: string): number =>
  missing([], () => readdirSync(directory))
    .map((name) => missing(0, () => statSync(join(directory, name)).size))
    .reduce((sum, size) => sum + size, 0);

/** What is looked at may be gone in the next moment. */
function missing<Value>(instead: Value, look: () => Value): Value {
  try {
    return look();
  } catch {
    return instead;
  }
}
