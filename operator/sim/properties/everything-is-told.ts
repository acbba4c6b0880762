/** People hear of each thing that was done, and are called when one of them is needed. */
import type { ClusterStatus } from '../../api/cluster.ts';
import type { News } from '../../plan/news.ts';
import type { Outcome } from '../../reconcile/reconcile.ts';
import { describe } from '../operator/mutation.ts';
import type { Mutation } from '../operator/mutation.ts';
import { CLUSTERS } from '../../resources/kinds.ts';
import type { World } from '../world.ts';
import { violate } from '../world.ts';

/**
 * Judges a round by what was told in it.
 *
 * @param before the status when it began.
 */
export function judgeTold(
  world: World,
  before: ClusterStatus | undefined,
  outcome: Outcome,
  told: readonly News[],
): void {
  if (outcome.kind !== 'acted') return;
  const { action } = outcome;
  if (action.kind !== 'write-status') {
    if (told.length !== 1) violateTold(world, `${action.kind} was told ${told.length} times`);
    return;
  }
  const [was, is] = [before, action.status].map(isStalled);
  const type = is ? 'Warning' : 'Normal';
  if (is !== was && told[0]?.type !== type) {
    violateTold(world, is ? 'nobody was called' : 'nobody heard that it goes on');
  }
}

/** Judges a round that failed; `unheard`: what it changed all the same. */
export function judgeUnheard(
  world: World,
  before: ClusterStatus | undefined,
  unheard: Mutation | undefined,
  told: readonly News[],
): void {
  if (unheard === undefined || told.length > 0) return;
  const status = statusIn(unheard);
  if (status !== undefined && isStalled(status) === isStalled(before)) return;
  violateTold(world, `${describe(unheard)} was not told`);
}

/** Undefined: it is something else that was changed. */
const statusIn = (mutation: Mutation): ClusterStatus | undefined =>
  mutation.kind === 'apply' && mutation.resource.plural === CLUSTERS.plural
    ? ((mutation.object as { readonly status?: ClusterStatus }).status ?? {})
    : undefined;

const isStalled = (status: ClusterStatus | undefined): boolean =>
  status?.conditions?.some((each) => each.type === 'Stalled' && each.status === 'True') ?? false;

const violateTold = (world: World, message: string): void =>
  violate(world, 'everything is told', message);
