/** How long nobody can write while leadership is handed over on purpose. */
import { gapRow, GAP_HEAD } from './gap-table.ts';
import { GAP_MIN_MS } from './gaps.ts';
import { interruptAll } from './interruptions.ts';
import type { Scenario } from './scenario.ts';

const BACKGROUND = 64;
const WATCH_SECONDS = 2;

export const transfer: Scenario = {
  name: 'transfer',
  about: 'how long nobody can write while leadership is handed over, under load',
  steps: ({ failovers }) => failovers,
  run: async (context) => {
    const interruptions = await interruptAll(
      context,
      {
        name: 'transfer',
        watchSeconds: WATCH_SECONDS,
        background: BACKGROUND,
        interrupt: (cluster) => cluster.transfer(),
        repair: () => undefined,
      },
      context.settings.failovers,
    );
    return [
      {
        title: `Planned transfer: gap of a writer, ms, with ${BACKGROUND} other writers`,
        head: GAP_HEAD,
        rows: context.products.map(({ name }) => gapRow('transfer', name, interruptions)),
        note: `A gap of 0 is one below ${GAP_MIN_MS} ms.`,
      },
    ];
  },
};
