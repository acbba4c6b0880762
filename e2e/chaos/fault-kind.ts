// prettier-ignore
export const FAULT_KINDS =
  ['kill', 'stop', 'restart', 'transfer', 'change', 'power', 'torn', 'disk', 'partition'] as const;

/** What a run can be asked for. */
export type FaultKind = (typeof FAULT_KINDS)[number];
