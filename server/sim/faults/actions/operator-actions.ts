import type { TransferOutcome } from '../../../node/outcome.ts';
import type { MemberId } from '../../../raft/ids.ts';
import { stickDisk } from '../../world/directory.ts';
import { memberOn } from '../../world/hints.ts';
import { crashInside, restartIn } from '../../world/ending.ts';
import type { Process } from '../../world/host.ts';
import { wish } from '../../operator/operator.ts';
import { applyFor, isolation } from '../../world/partition.ts';
import { after, deliver, note, running } from '../../world/world.ts';
import type { Performers, Scene } from './scene.ts';
import { resolve } from './scene.ts';
import type { ActionOf } from '../action.ts';

export const OPERATOR_ACTIONS: Performers<'change' | 'transfer'> = {
  change: ({ operator }, { wishes, stale, cutOff }) => wish(operator, { wishes, stale, cutOff }),

  transfer: (scene, action) => {
    const process = resolve(scene, action.target);
    if (process === undefined) return false;
    const { world } = scene;
    const to = heir(scene, action.to);
    note(world, process.actor.directory, () => `operator asks to transfer to ${to ?? 'the best'}`);
    const settle = ({ kind }: TransferOutcome): void => {
      process.mourners.delete(giveUp);
      note(world, process.actor.directory, () => `operator hears: ${kind}`);
      world.coverage.administration[ROWS[kind]] += 1;
    };
    const giveUp = (): void => {
      settle({ kind: 'unknown' });
    };
    const ask = (): void => {
      if (!process.alive) return;
      process.mourners.add(giveUp);
      deliver(world, process, () => {
        process.node.transfer(to, (outcome) => {
          if (process.alive) settle(outcome);
        });
      });
    };
    suffer(scene, action, process);
    if (action.headStartMs === 0) ask();
    else after(world, action.headStartMs, ask);
    return true;
  },
};

/** The mishap of a transfer. */
function suffer(scene: Scene, { mishap, to }: ActionOf<'transfer'>, asked: Process): void {
  const { world } = scene;
  if (mishap === 'askedCrashes') {
    crashInside(world, asked, CALLS_LEFT, { mode: 'kill', keepSeed: 0 }, () => {
      restartIn(world, asked.host, MISHAP_MS);
    });
  } else if (mishap === 'heirCutOff' || mishap === 'heirStuck') {
    const heirs = to === 'best' ? running(world).filter(({ host }) => host !== asked.host) : [];
    const heir = typeof to === 'object' ? resolve(scene, to) : undefined;
    for (const { host } of heir === undefined ? heirs : [heir]) {
      if (mishap === 'heirStuck') {
        stickDisk(world, host, MISHAP_MS);
        continue;
      }
      world.coverage.fault.isolatedOneWay += 1;
      applyFor(world, isolation(host.slot, 'in'), MISHAP_MS);
    }
  }
}

const CALLS_LEFT = 10;
const MISHAP_MS = 1_500;

const ROWS = {
  transferred: 'transferred',
  aborted: 'transferAborted',
  refused: 'transferRefused',
  unknown: 'transferUnknown',
} as const;

const NOBODY = 999_999 as MemberId;

function heir(scene: Scene, to: ActionOf<'transfer'>['to']): MemberId | undefined {
  if (to === 'best') return undefined;
  if (to === 'nobody') return NOBODY;
  const process = resolve(scene, to);
  return process === undefined ? NOBODY : (memberOn(scene.world, process.host) ?? NOBODY);
}
