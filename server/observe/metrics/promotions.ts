import type { Registry } from 'prom-client';
import { countOf } from './series.ts';

/** Counts on the leader what became of learners that were to be voters. */
export function createPromotionMeter(registry: Registry): (done: boolean) => void {
  const done = countOf(
    registry,
    'robustmq_meta_learner_promotions_total',
    'Promotions of learners that this leader carried out, or found carried out.',
  );
  const failed = countOf(
    registry,
    'robustmq_meta_learner_promotion_failures_total',
    'Promotions of learners that this leader refused, or did not see through.',
  );
  return (isDone) => void ((isDone ? done : failed).value += 1);
}
