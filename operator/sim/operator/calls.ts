/** How long calls take, and what goes wrong with them. */
import type { Mutation } from './mutation.ts';
import { describe } from './mutation.ts';
import type { Life } from './life.ts';
import { OperatorCrash } from './trouble.ts';
import { PROPERTIES } from '../properties/all.ts';
import { note, violate } from '../world.ts';
import { advance } from '../time.ts';
import type { World } from '../world.ts';

/** The error of a call that nobody answered. */
type Unanswered = (what: string) => Error;

/** A call that changes nothing: time passes, and the operator may stand still in it. */
export async function look<Value>(
  world: World,
  life: Life,
  read: () => Value,
  unanswered: Unanswered,
): Promise<Value> {
  pass(world, life);
  const { calls, operator } = world.chance;
  if (life.leads && operator.chance(life.trouble.pause)) {
    life.leads = false;
    note(world, 'the operator stands still');
    await life.meanwhile();
  }
  if (calls.chance(life.trouble.lost)) throw unanswered('look');
  return read();
}

/** A call that changes something, in two steps: what speaks against it, and the change. */
export function mutate(
  world: World,
  life: Life,
  { check, carryOut, unanswered }: Attempt,
): Promise<void> {
  return Promise.resolve().then(() => {
    pass(world, life);
    const { calls } = world.chance;
    if (calls.chance(life.trouble.lost)) throw unanswered('a change, which was not made');
    const mutation = check();
    if (mutation !== undefined) {
      note(world, describe(mutation));
      for (const { name, judge } of PROPERTIES) {
        const broken = judge(world, mutation);
        if (broken !== undefined) violate(world, name, broken);
      }
      world.mutations += 1;
    }
    carryOut();
    if (calls.chance(life.trouble.crash)) throw new OperatorCrash('after a change');
    if (calls.chance(life.trouble.answerLost)) {
      const error = unanswered('a change, which was made');
      if (mutation !== undefined) world.unheard.set(error, mutation);
      throw error;
    }
  });
}

interface Attempt {
  /** Throws when it is refused; undefined: it is, or was, done without changing anything. */
  readonly check: () => Mutation | undefined;
  readonly carryOut: () => void;
  readonly unanswered: Unanswered;
}

function pass(world: World, life: Life): void {
  advance(world, world.chance.calls.spread(1, 60));
  catchUp(world, life);
}

/** What was missed comes in, unless watches are silent. */
export function catchUp({ nowMs }: World, { cache, trouble }: Life): void {
  if (nowMs >= trouble.deafUntilMs) cache.catchUp();
}
