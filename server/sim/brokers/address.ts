/** Where brokers are reached: a process that takes the place of another has the same address. */
import type { SimulatedBroker, World } from '../world/world.ts';

export const addressOf = (broker: number): string => `b${broker}:1228`;

/** The broker at an address, if one runs there. */
export function brokerAt({ brokers }: World, address: string): SimulatedBroker | undefined {
  for (const [id, broker] of brokers) {
    if (addressOf(id) === address) return broker.isAlive() ? broker : undefined;
  }
  return undefined;
}
