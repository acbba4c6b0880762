/** What happened in a run, as text: one line per event. */
export interface Trace {
  /** `who`: a directory, or what else the line is about. */
  line(atUs: number, who: string, text: string): void;
}

const format = (atUs: number, who: string, text: string): string =>
  `${(atUs / 1_000).toFixed(3).padStart(11)}  ${who.padEnd(8)}  ${text}`;

/** Keeps every line. */
export function createFullTrace(): Trace & { text(): string } {
  const lines: string[] = [];
  return {
    line: (atUs, who, text) => void lines.push(format(atUs, who, text)),
    text: () => lines.map((line) => `${line}\n`).join(''),
  };
}

/** Keeps the last `count` lines about each. */
export function createRecentTrace(count: number): Trace & {
  /** Those about `who`, and about nobody in particular, in order. */
  recent(who: readonly string[]): readonly string[];
} {
  const kept = new Map<string, { sequence: number; text: string }[]>();
  let sequence = 0;
  return {
    line: (atUs, who, text) => {
      const lines = kept.get(who) ?? [];
      kept.set(who, lines);
      lines.push({ sequence: (sequence += 1), text: format(atUs, who, text) });
      if (lines.length > 2 * count) lines.splice(0, count);
    },
    recent: (who) =>
      who
        .flatMap((one) => kept.get(one)?.slice(-count) ?? [])
        .sort((a, b) => a.sequence - b.sequence)
        .map(({ text }) => text),
  };
}
