/** Transfers of leadership in a simulated member: as in a real one, wills are at rest before they begin. */
import { transferAtRest } from '../../controllers/brokers/transfer-at-rest.ts';
import type { Node } from '../../node/node.ts';
import type { Process } from '../world/host.ts';
import { after, deliver, nowMs, observe } from '../world/world.ts';
import type { World } from '../world/world.ts';

/** What a node offers as `transfer`. */
export function handOver(world: World, process: Process, node: Node): Node['transfer'] {
  const { actor, wills } = process;
  const restMsMax = world.plan.settings.core.electionTimeoutMs / 2;
  return transferAtRest({
    node: {
      status: () => node.status(),
      transfer: (to, done) => {
        if (node.status().role === 'leader') {
          const event = { kind: 'handsOver', actor, restMsMax } as const;
          observe(world, { kind: 'broker', atMs: nowMs(world), event });
        }
        node.transfer(to, done);
      },
    },
    wills,
    after: (ms, task) => {
      let isOn = true;
      after(world, ms, () => {
        deliver(world, process, () => {
          if (isOn) task();
        });
      });
      return () => void (isOn = false);
    },
    restMsMax,
  });
}
