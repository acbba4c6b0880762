/** What is told of an error. */
export interface ErrorFacts {
  readonly name: string;
  readonly message: string;
  readonly code?: string | number;
  readonly stack?: string;
  readonly cause?: ErrorFacts;
}

/** Longer chains of causes are cut: they may even go in circles. */
const CAUSES_MAX = 5;

/**
 * An error without what libraries hang on it: a gRPC error carries the metadata of its call, and with
 * it the credentials of the caller.
 */
export function describeError(error: Error, depth = 0): ErrorFacts {
  const { name, message, stack, cause } = error;
  const code: unknown = 'code' in error ? error.code : undefined;
  return {
    name,
    message,
    ...(typeof code === 'string' || typeof code === 'number' ? { code } : {}),
    ...(stack === undefined ? {} : { stack }),
    ...(cause instanceof Error && depth < CAUSES_MAX
      ? { cause: describeError(cause, depth + 1) }
      : {}),
  };
}
