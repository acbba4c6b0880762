/** How long nobody can write after the leader was lost. */
import { setTimeout as sleep } from 'node:timers/promises';
import { interruptAll, type Interruption } from './interruptions.ts';
import { gapRow, GAP_HEAD } from './gap-table.ts';
import type { Scenario } from './scenario.ts';

const STOPPED_MS = 5_000;
/** Longer than any election here, and than the writer needs to notice that it can write again. */
const WATCH_SECONDS = 8;

const killed: Omit<Interruption, 'background'> = {
  name: 'SIGKILL',
  watchSeconds: WATCH_SECONDS,
  interrupt: async ({ members }, leader) => {
    await members[leader]?.end('SIGKILL');
  },
  repair: ({ members }, leader) => members[leader]?.start(),
};

const stopped: Omit<Interruption, 'background'> = {
  name: 'SIGSTOP for 5 s',
  watchSeconds: WATCH_SECONDS,
  interrupt: async ({ members }, leader) => {
    const member = members[leader];
    member?.signal('SIGSTOP');
    await sleep(STOPPED_MS);
    member?.signal('SIGCONT');
  },
  repair: () => undefined,
};

const MEANS = [killed, stopped];

export const failover: Scenario = {
  name: 'failover',
  about: 'how long nobody can write after the leader was killed or stopped',
  steps: ({ failovers }) => MEANS.length * failovers,
  run: async (context) => {
    const rows: (readonly string[])[] = [];
    const { background, failovers } = context.settings;
    for (const means of MEANS) {
      const outcomes = await interruptAll(context, { ...means, background }, failovers);
      for (const { name } of context.products) {
        rows.push(gapRow(means.name, name, outcomes));
      }
    }
    return [
      {
        title: `Failover: gap of a writer, ms, with ${background} other writers`,
        head: GAP_HEAD,
        rows,
        note: 'The writer is connected to all members, follows redirects, tries again 5 ms after a failure, and the next member after 50 ms without an answer.',
      },
    ];
  },
};
