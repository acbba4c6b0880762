/** A broken invariant: a bug or corrupt input. Nothing may be sent or persisted after it. */
export class InvariantError extends Error {
  override readonly name = 'InvariantError';
  /** The invariant, as a sentence that should have been true. */
  readonly invariant: string;
  /** The values that broke it. */
  readonly values: Readonly<Record<string, unknown>>;

  constructor(broken: string, values: Readonly<Record<string, unknown>>) {
    super(`invariant broken: ${broken} (${JSON.stringify(values, named)})`);
    this.invariant = broken;
    this.values = values;
  }
}

/** JSON has no word for some values, and such a one is often what broke the invariant. */
function named(_name: string, value: unknown): unknown {
  const isNumber = typeof value === 'number' && Number.isFinite(value);
  const isUnnamed = value === undefined || typeof value === 'bigint' || typeof value === 'number';
  return isUnnamed && !isNumber ? String(value) : value;
}

/**
 * Throws an {@link InvariantError} unless `condition` holds. Assertions stay on in production.
 *
 * @param statement the invariant, phrased as the sentence that must be true.
 * @param values what to show when it is not.
 */
export function invariant(
  condition: boolean,
  statement: string,
  values: Readonly<Record<string, unknown>> = {},
): asserts condition {
  if (!condition) throw new InvariantError(statement, values);
}
