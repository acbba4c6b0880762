/** What a process has used so far, as Linux tells it in /proc. */
import { readFileSync } from 'node:fs';

/** Of `/proc/PID/stat`; Linux fixes this unit for user space on every architecture that Node runs on. */
const TICKS_PER_SECOND = 100;

export interface Usage {
  readonly cpuSeconds: number;
  /** Memory of its own: heap and stacks, without files that are mapped. */
  readonly rssAnonMiB: number;
  /** Files that are mapped: code, and databases that work this way. */
  readonly rssFileMiB: number;
}

/** User and system time out of the text of `/proc/PID/stat`. */
export function parseCpuSeconds(stat: string): number {
  // The name of the program, in parentheses, may hold blanks and parentheses.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

/** One value in MiB out of the text of `/proc/PID/status`. */
export function parseMiB(status: string, name: string): number {
  const kib = new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1];
  return Number(kib) / 1024;
}

/** NaN everywhere when the process is gone. */
export function usageOf(pid: number): Usage {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    return {
      cpuSeconds: parseCpuSeconds(readFileSync(`/proc/${pid}/stat`, 'utf8')),
      rssAnonMiB: parseMiB(status, 'RssAnon'),
      rssFileMiB: parseMiB(status, 'RssFile'),
    };
  } catch {
    return { cpuSeconds: NaN, rssAnonMiB: NaN, rssFileMiB: NaN };
  }
}
