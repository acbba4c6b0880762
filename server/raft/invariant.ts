/** A broken invariant: a bug or corrupt input. Nothing may be sent or persisted after it. */
export class InvariantError extends Error {
  override readonly name = 'InvariantError';
  /** The invariant, as a sentence that should have been true. */
  readonly invariant: string;
  /** The values that broke it. */
  readonly values: Readonly<Record<string, unknown>>;

  constructor(broken: string, values: Readonly<Record<string, unknown>>) {
    super(`invariant broken: ${broken} (${JSON.stringify(values)})`);
    this.invariant = broken;
    this.values = values;
  }
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
