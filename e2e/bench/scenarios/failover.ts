/** How long nobody can write after the leader was lost. */
import { setTimeout as sleep } from 'node:timers/promises';
import { interruptAll, type Interruption } from './interruptions.ts';
import { gapRow, GAP_HEAD } from './gap-table.ts';
import { cutOff, type Network } from '../../processes/network.ts';
import type { Scenario } from './scenario.ts';

const INTERRUPTED_MS = 5_000;
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
    await sleep(INTERRUPTED_MS);
    member?.signal('SIGCONT');
  },
  repair: () => undefined,
};

/** Nothing that the leader and the others send each other arrives; the writer reaches all of them. */
const cut = (network: Network): Omit<Interruption, 'background'> => ({
  name: 'silent cut for 5 s',
  watchSeconds: WATCH_SECONDS,
  network,
  interrupt: async (_, leader, nodes) => {
    const self = nodes[leader];
    if (self === undefined) throw new Error('the leader is on no node');
    const others = nodes.filter((node) => node !== self);
    const mend = cutOff(network, self, others, 'both ways');
    await sleep(INTERRUPTED_MS);
    mend();
  },
  repair: () => undefined,
});

const meansOf = (network: Network | undefined): readonly Omit<Interruption, 'background'>[] =>
  network === undefined ? [killed, stopped] : [killed, stopped, cut(network)];

export const failover: Scenario = {
  name: 'failover',
  about: 'how long nobody can write after the leader was killed, stopped or cut off',
  steps: ({ failovers }, network) => meansOf(network).length * failovers,
  run: async (context) => {
    const { network, settings } = context;
    const { background, failovers } = settings;
    const rows: (readonly string[])[] = [];
    for (const means of meansOf(network)) {
      const interruptions = await interruptAll(context, { ...means, background }, failovers);
      for (const { name } of context.products) {
        rows.push(gapRow(means.name, name, interruptions));
      }
    }
    const uncut = network === undefined ? ' Cutting a network needs Linux and root.' : '';
    return [
      {
        title: `Failover: gap of a writer, ms, with ${background} other writers`,
        head: GAP_HEAD,
        rows,
        note: `The writer is connected to all members, follows redirects, tries again 5 ms after a failure, and the next member after 50 ms without an answer.${uncut}`,
      },
    ];
  },
};
