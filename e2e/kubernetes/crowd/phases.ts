/** What the operator takes while one thing after the other is asked of it. */
import { usageOf, type Usage } from '../../bench/process-usage.ts';
import { figure, type ReportTable } from '../../bench/report.ts';
import { openConnections } from './open-connections.ts';

/** All that is meant by memory here is in MB of 10^6 bytes, and MiB of what Linux says. */
const MB_PER_MIB = 2 ** 20 / 1e6;
/** Short beside the time in which a heap grows and is collected. */
const SAMPLE_MS = 100;

export interface Phase {
  readonly name: string;
  readonly tookMs: number;
  readonly cpuSeconds: number;
  /** In MB. */
  readonly rssAnonPeak: number;
  readonly rssAnonEnd: number;
  readonly rssPeak: number;
  /** At its end. */
  readonly connections: number;
}

/** Does `work`, and looks all the while at what the process takes. Rejects as `work` does. */
export async function measured(
  name: string,
  pid: number,
  work: () => Promise<unknown>,
): Promise<Phase> {
  const begin = usageOf(pid);
  const beginMs = performance.now();
  let rssAnonPeak = 0;
  let rssPeak = 0;
  const look = (): Usage => {
    const usage = usageOf(pid);
    rssAnonPeak = Math.max(rssAnonPeak, usage.rssAnonMiB * MB_PER_MIB);
    rssPeak = Math.max(rssPeak, (usage.rssAnonMiB + usage.rssFileMiB) * MB_PER_MIB);
    return usage;
  };
  const timer = setInterval(look, SAMPLE_MS);
  try {
    await work();
    const end = look();
    return {
      ...{ name, rssAnonPeak, rssPeak },
      tookMs: performance.now() - beginMs,
      cpuSeconds: end.cpuSeconds - begin.cpuSeconds,
      rssAnonEnd: end.rssAnonMiB * MB_PER_MIB,
      connections: openConnections(pid),
    };
  } finally {
    clearInterval(timer);
  }
}

export const tableOf = (phases: readonly Phase[], title: string): ReportTable => ({
  title,
  head: [
    ...['phase', 'took, s', 'RssAnon peak, MB', 'RssAnon at its end, MB', 'RSS peak, MB'],
    ...['CPU, % of one', 'open connections'],
  ],
  rows: phases.map((phase) => [
    phase.name,
    figure(phase.tookMs / 1_000, 1),
    ...[phase.rssAnonPeak, phase.rssAnonEnd, phase.rssPeak].map((value) => figure(value, 1)),
    figure((phase.cpuSeconds / phase.tookMs) * 1e5),
    figure(phase.connections),
  ]),
});
