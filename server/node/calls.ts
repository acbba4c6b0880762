/** Someone waits for an outcome. It is given once; whoever gives it first is right. */
export interface Call<Outcome> {
  readonly isOpen: boolean;
  answer(outcome: Outcome): void;
}

/** Every call that waits, oldest first. */
export interface Calls {
  /** `late`: the outcome when nothing else came by `deadlineMs`. Deadlines of later calls are later. */
  open<Outcome>(done: (outcome: Outcome) => void, late: Outcome, deadlineMs: number): Call<Outcome>;
  /** Ends those whose deadline has come. */
  expire(nowMs: number): void;
  /** Ends all: nobody is left who could answer. */
  endAll(): void;
}

/** No calls yet. Each is answered once: by who took it, or by `late` at its deadline. */
export function createCalls(): Calls {
  // Sets keep the order of insertion, so those at the front are due first.
  const waiting = new Set<{ readonly deadlineMs: number; readonly end: () => void }>();
  return {
    open: (done, late, deadlineMs) => {
      const entry = { deadlineMs, end: () => call.answer(late) };
      const call = {
        get isOpen() {
          return waiting.has(entry);
        },
        answer: (outcome: typeof late) => {
          if (waiting.delete(entry)) done(outcome);
        },
      };
      waiting.add(entry);
      return call;
    },
    expire: (nowMs) => {
      for (const entry of waiting) {
        if (entry.deadlineMs > nowMs) return;
        entry.end();
      }
    },
    endAll: () => {
      // A copy: a caller may answer bad news with another call.
      for (const entry of [...waiting]) entry.end();
    },
  };
}
