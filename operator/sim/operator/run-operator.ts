/** The operator as it is in production, on the ports of the world. */
import { AdminError } from '../../admin/admin-error.ts';
import { pauseAfter } from '../../controller/pause.ts';
import { KubeError } from '../../kube/kube-error.ts';
import type { News } from '../../plan/news.ts';
import { reconcile } from '../../reconcile/reconcile.ts';
import type { Outcome } from '../../reconcile/reconcile.ts';
import { clusterOf } from '../person/spec.ts';
import { judgeTold, judgeUnheard } from '../properties/everything-is-told.ts';
import { judgeLoss } from '../properties/losses-are-real.ts';
import { advance } from '../time.ts';
import type { World } from '../world.ts';
import { elapsedMs, note, PLACE } from '../world.ts';
import { createCachePort, createKubernetesPort } from './kubernetes-port.ts';
import { createLife } from './life.ts';
import type { Life } from './life.ts';
import { createMembersPort } from './members-port.ts';
import { LeadershipLost, OperatorCrash } from './trouble.ts';
import type { Trouble } from './trouble.ts';

const INSTALLATION = {
  imageRepository: 'registry.example/robustmq/meta',
  namespace: 'robustmq-operator',
  podLabels: { app: 'robustmq-operator' },
};

/** How long until the next round after one that failed, and at the latest when nothing happens, in ms. */
const FAILED_MS = 500;
const RESYNC_MS = 5_000;

/** Lets the operator work until so much time has passed, through as many lives as it takes. */
export async function runOperator(
  world: World,
  trouble: Trouble,
  untilMs: number,
  done: (outcome: Outcome['kind'] | 'failed') => boolean = () => false,
): Promise<void> {
  const going = { life: born(world, trouble) };
  function born(inWorld: World, with_: Trouble): Life {
    return createLife(inWorld, with_, async () => {
      going.life = born(inWorld, with_);
      const rounds = inWorld.chance.operator.between(1, 4);
      for (let n = 0; n < rounds; n += 1) await round(inWorld, going.life);
    });
  }
  let waits = 0;
  while (elapsedMs(world) < untilMs && world.violation === undefined) {
    const { life } = going;
    const before = world.waitsFor;
    const outcome = await round(world, life);
    if (outcome === 'ended' && going.life === life) going.life = born(world, trouble);
    if (outcome !== 'ended' && done(kindOf(outcome))) return;
    waits = isWaiting(outcome) && world.waitsFor === before ? waits + 1 : 0;
    rest(world, trouble, outcome, waits);
  }
}

/** What came of a round. */
type Come = Outcome | 'failed' | 'ended';

const kindOf = (come: Outcome | 'failed'): Outcome['kind'] | 'failed' =>
  come === 'failed' ? come : come.kind;

const isWaiting = (come: Come): boolean => typeof come === 'object' && come.kind === 'waiting';

/** Until it is time, or the operator hears of a change of what it watches. */
function rest(world: World, trouble: Trouble, come: Come, waits: number): void {
  const failed = come === 'failed' || come === 'ended';
  const pauseMs = failed ? FAILED_MS : (pauseAfter(come, waits, RESYNC_MS) ?? RESYNC_MS);
  const untilMs = world.nowMs + pauseMs;
  const { events } = world.server;
  const known = events.length;
  const isTold = (): boolean =>
    !failed &&
    world.nowMs >= trouble.deafUntilMs &&
    events.slice(known).some(({ resource }) => resource.namespaced);
  do advance(world, Math.min(world.stepMs, untilMs - world.nowMs));
  while (world.nowMs < untilMs && !isTold());
}

async function round(world: World, life: Life): Promise<Come> {
  const kubernetes = createKubernetesPort(world, life);
  const told: News[] = [];
  const before = clusterOf(world)?.status;
  try {
    const outcome = await reconcile(
      {
        cache: createCachePort(world, life),
        kubernetes,
        members: createMembersPort(world, life),
        certificates: world.certificates,
        installation: INSTALLATION,
        operator: 'robustmq-operator/robustmq-operator',
        nowMs: () => world.nowMs,
        steadyMs: () => world.nowMs,
        requireLeadership: () => {
          if (!life.leads) throw new LeadershipLost('another operator leads');
        },
        tell: (_cluster, news) => void told.push(news),
      },
      life.memory,
      PLACE,
    );
    judgeTold(world, before, outcome, told);
    judgeLoss(world, outcome);
    if (outcome.kind === 'waiting') say(world, `${outcome.reason}: ${outcome.message}`);
    return outcome;
  } catch (error) {
    if (error instanceof OperatorCrash || error instanceof LeadershipLost) {
      note(world, `the operator ends: ${error.message}`);
      return 'ended';
    }
    if (!(error instanceof KubeError) && !(error instanceof AdminError)) throw error;
    note(world, `failed: ${error.message}`);
    judgeUnheard(world, before, world.unheard.get(error), told);
    // A conflict says only that the cache was behind.
    return error.code === 'conflict' ? { kind: 'behind' } : 'failed';
  }
}

/** Said once as long as it is the same. */
function say(world: World, text: string): void {
  if (world.waitsFor === text) return;
  world.waitsFor = text;
  note(world, `waits: ${text}`);
}
