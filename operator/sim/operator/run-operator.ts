/** The operator as it is in production, on the ports of the world. */
import { AdminError } from '../../admin/admin-error.ts';
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

/** How long until the next round, in ms. */
const PAUSE_MS: Readonly<Record<Outcome['kind'] | 'failed', number>> = {
  acted: 50,
  behind: 200,
  failed: 500,
  waiting: 1_000,
  settled: 5_000,
  gone: 5_000,
};

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
  while (elapsedMs(world) < untilMs && world.violation === undefined) {
    const { life } = going;
    const outcome = await round(world, life);
    if (outcome === 'ended' && going.life === life) going.life = born(world, trouble);
    if (outcome !== 'ended' && done(outcome)) return;
    advance(world, PAUSE_MS[outcome === 'ended' ? 'failed' : outcome]);
  }
}

async function round(world: World, life: Life): Promise<Outcome['kind'] | 'failed' | 'ended'> {
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
    return outcome.kind;
  } catch (error) {
    if (error instanceof OperatorCrash || error instanceof LeadershipLost) {
      note(world, `the operator ends: ${error.message}`);
      return 'ended';
    }
    if (!(error instanceof KubeError) && !(error instanceof AdminError)) throw error;
    note(world, `failed: ${error.message}`);
    judgeUnheard(world, before, world.unheard.get(error), told);
    return 'failed';
  }
}

/** Said once as long as it is the same. */
function say(world: World, text: string): void {
  if (world.waitsFor === text) return;
  world.waitsFor = text;
  note(world, `waits: ${text}`);
}
