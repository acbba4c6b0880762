import type { Push } from '../../state/resources/push.ts';

/** How records reach the caches of brokers. */
export interface CacheUpdates {
  /**
   * Sends records to the broker at an address, `host:port`.
   *
   * @param done called once, later, unless it is given up: whether the broker has acknowledged them.
   * @returns gives it up.
   */
  send(
    address: string,
    records: readonly Push[],
    done: (acknowledged: boolean) => void,
  ): () => void;
  /** Breaks off all connections: what is on its way is to arrive nowhere. */
  disconnect(): void;
}
