/** What the dispatcher hears of this member's lead, and of the brokers that there are. */
import type { Node, NodeStatus } from '../../node/node.ts';
import type { Index } from '../../raft/ids.ts';
import type { DispatchInput } from './dispatch.ts';
import { registeredBrokers } from './registered.ts';

export interface Lead {
  /** Its core leads from this entry on; undefined: it does not. Returns whether that is news. */
  took(from: Index | undefined): boolean;
  /** Brokers have come, gone or changed. */
  brokersChanged(): void;
  /** Tells all that is news. Fails with a StorageError when the state cannot be read. */
  tell(): void;
  /** Leads no more, as far as the dispatcher is concerned. */
  follow(): void;
  isLeading(): boolean;
  /** Whether it will lead as soon as the state has what came before. */
  isComing(): boolean;
  /** Where a broker is, `host:port`; empty: nobody knows. */
  addressOf(broker: bigint): string;
}

/** @param ended what was to be carried out is not any more. */
export function createLead(
  node: Pick<Node, 'range' | 'row'> & { status(): Pick<NodeStatus, 'applied'> },
  step: (input: DispatchInput) => void,
  ended: () => void,
): Lead {
  let addresses: ReadonlyMap<bigint, string> = new Map();
  /** Where the lead begins, as the core says; and as brokers are told. */
  let role: Index | undefined;
  let lead: Index | undefined;
  let brokersChanged = false;

  function lookAtBrokers(): void {
    const brokers = registeredBrokers(node);
    brokersChanged = false;
    addresses = new Map(brokers.map(({ broker, address }) => [broker, address]));
    step({ kind: 'brokers', processes: brokers });
  }

  function follow(): void {
    if (lead === undefined) return;
    lead = undefined;
    step({ kind: 'follows' });
    step({ kind: 'brokers', processes: [] });
    ended();
  }

  return {
    follow,
    isLeading: () => lead !== undefined,
    isComing: () => role !== undefined && role !== lead,
    addressOf: (broker) => addresses.get(broker) ?? '',
    brokersChanged: () => (brokersChanged = true),
    took: (from) => {
      if (from === role) return false;
      role = from;
      return true;
    },
    tell: () => {
      if (role !== lead) follow();
      // A state that was read from disk again may lack what this very process has told, and how far it got.
      if (role !== lead && role !== undefined && node.status().applied >= role) {
        lookAtBrokers();
        lead = role;
        step({ kind: 'leads', from: role });
      }
      if (lead !== undefined && brokersChanged) lookAtBrokers();
    },
  };
}
