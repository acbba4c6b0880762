/** The way between a broker and everybody else. While it is cut, calls wait on it, both in and out. */

export interface Way {
  cut(): void;
  mend(): void;
  /** Resolves when nothing is in the way. */
  readonly clear: () => Promise<void>;
}

export function createWay(): Way {
  let barrier: PromiseWithResolvers<undefined> | undefined;
  return {
    cut: () => {
      barrier ??= Promise.withResolvers<undefined>();
    },
    mend: () => {
      barrier?.resolve(undefined);
      barrier = undefined;
    },
    clear: async () => {
      while (barrier !== undefined) await barrier.promise;
    },
  };
}
