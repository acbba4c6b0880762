/** `T` with plain numbers in place of terms, indexes and ids, so that tests can write literals. */
export type Plain<T> = T extends number
  ? number
  : T extends Uint8Array
    ? T
    : T extends readonly (infer Element)[]
      ? readonly Plain<Element>[]
      : T extends object
        ? { readonly [Key in keyof T]: Plain<T[Key]> }
        : T;

/** `Omit` for each member of a union on its own. */
export type Without<T, Key extends PropertyKey> = T extends unknown ? Omit<T, Key> : never;
