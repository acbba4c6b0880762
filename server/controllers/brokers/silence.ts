/**
 * How long each of those that are to be heard has been silent. Only time counts in which this process
 * listened: while it was stopped, or its clock jumped, it could hear nobody, and nobody is to blame.
 */
export interface SilenceOptions {
  /** Who is silent for so long is given up. */
  readonly timeoutMs: number;
  /** No pause between two passes counts for more; about twice as long as they are apart. */
  readonly strideMsMax: number;
}

export interface Silence {
  /**
   * @param expected by what tells two lives of one apart: its name, by which it is heard.
   * @param heard since the last pass.
   * @param nowMs of a clock that never goes back.
   * @returns those of `expected` that have been silent for too long; who is new has all its time yet.
   */
  pass(
    expected: ReadonlyMap<string, string>,
    heard: ReadonlySet<string>,
    nowMs: number,
  ): readonly string[];
  /** How long one was silent at the last pass, in ms; 0 if it was not expected then. */
  silentMs(life: string): number;
}

export function createSilence({ timeoutMs, strideMsMax }: SilenceOptions): Silence {
  let silentMs = new Map<string, number>();
  let passedMs: number | undefined;
  return {
    pass: (expected, heard, nowMs) => {
      const strideMs = Math.min(strideMsMax, Math.max(0, nowMs - (passedMs ?? nowMs)));
      passedMs = nowMs;
      const next = new Map<string, number>();
      for (const [life, name] of expected) {
        const before = heard.has(name) ? undefined : silentMs.get(life);
        next.set(life, before === undefined ? 0 : before + strideMs);
      }
      silentMs = next;
      return [...next].filter(([, ms]) => ms >= timeoutMs).map(([life]) => life);
    },
    silentMs: (life) => silentMs.get(life) ?? 0,
  };
}
