/** The clients of a recorder, numbered in this order. */

export interface Client {
  readonly writes: boolean;
  /** Undefined: as patient as brokers are. The others find a new leader while an old one is silent. */
  readonly callMsMax?: number;
}

export const CLIENTS: readonly Client[] = [
  { writes: true },
  { writes: true, callMsMax: 250 },
  { writes: false },
  { writes: false, callMsMax: 250 },
];

/** Whether its writes fail only when those of a broker would. */
export const isPatient = (client: number): boolean => CLIENTS[client]?.callMsMax === undefined;
