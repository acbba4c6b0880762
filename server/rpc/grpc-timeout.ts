const UNIT_MS: Readonly<Record<string, number>> = {
  H: 3_600_000,
  M: 60_000,
  S: 1_000,
  m: 1,
  u: 0.001,
  n: 0.000_001,
};
/** The longest that a timer of Node takes. */
const TIMEOUT_MS_MAX = 2 ** 31 - 1;

/** What a `grpc-timeout` says, in ms; undefined if it says nothing that can be understood. */
export function parseTimeoutMs(text: string): number | undefined {
  const unitMs = UNIT_MS[text.at(-1) ?? ''];
  const digits = text.slice(0, -1);
  if (unitMs === undefined || !/^\d{1,8}$/.test(digits)) return undefined;
  return Math.min(Math.ceil(Number(digits) * unitMs), TIMEOUT_MS_MAX);
}
