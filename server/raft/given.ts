/** What came over a wire or from a disk, before anything can be said of it: a type is no proof. */

/** Whether something can be asked for its parts. */
export const isRecord = (given: unknown): given is Readonly<Record<string, unknown>> =>
  typeof given === 'object' && given !== null;

/** Whether `given` is one of the names that `names` has itself: every object knows more names than these. */
export const isNameIn = (names: Readonly<Record<string, true>>, given: unknown): boolean =>
  typeof given === 'string' && Object.hasOwn(names, given);
