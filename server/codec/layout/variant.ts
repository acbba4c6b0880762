import { CodecError, excerpt } from './codec-error.ts';
import type { ChoiceShape, UnionShape } from './layout.ts';

/** A value of a union, as far as all of them are alike. */
export interface Variant {
  readonly kind: string;
  readonly value?: unknown;
}

/** What is kept of a variant, by its name. */
export function variantOf<T>(
  { name, variants }: ChoiceShape | UnionShape,
  kept: ReadonlyMap<string, T>,
  kind: string,
): T {
  const found = kept.get(kind);
  if (found !== undefined) return found;
  throw new CodecError(
    'tag',
    `${JSON.stringify(excerpt(kind))} is none of the ${variants.length} variants of ${name}`,
  );
}
