import type { Effect } from '../raft/effect.ts';

type EffectKind = Effect['kind'];

type EffectOf<Kind extends EffectKind> = Extract<Effect, { readonly kind: Kind }>;

/** How each kind of effect is carried out: a new kind does not compile without its row. */
export type EffectHandlers = { readonly [Kind in EffectKind]: (effect: EffectOf<Kind>) => void };

/** Carries out one effect. */
export function carryOut(handlers: EffectHandlers, effect: Effect): void {
  // The compiler cannot see that the handler found under a kind takes effects of that kind.
  const handle = handlers[effect.kind] as (effect: Effect) => void;
  handle(effect);
}
