import type { NodeStatus } from '../../node/node.ts';

/** What a transport counts of one other member, since the process started. */
export interface PeerStats {
  readonly member: number;
  readonly connected: boolean;
  readonly sentBytes: number;
  readonly receivedBytes: number;
  readonly sentMessages: number;
  readonly receivedMessages: number;
  /** Thrown away before they left: the peer was gone, or too slow. */
  readonly droppedMessages: number;
}

export interface TransportStats {
  readonly peers: readonly PeerStats[];
  /** Connections of strangers that were turned away. */
  readonly refusedHellos: number;
}

/** What the disk of a member holds. Undefined: nobody could tell. */
export interface DiskStats {
  readonly freeBytes: number | undefined;
  readonly logBytes: number | undefined;
  readonly stateRows: number | undefined;
  /** What the files of the state take … */
  readonly stateBytes: number | undefined;
  /** … and what of that holds rows. */
  readonly stateInUseBytes: number | undefined;
}

/** Rows that are kept in memory as they were read. */
export interface RowCacheStats {
  readonly bytes: number;
  readonly bytesMax: number;
  readonly hits: number;
  readonly misses: number;
}

/** Bounds of the settings, by key. */
export interface LimitFacts {
  readonly bytes: Readonly<Record<string, number>>;
  readonly requests: number;
  readonly connections: number;
}

/** The version of the program, and of what it writes. */
export interface BuildFacts {
  readonly version: string;
}

/** What metrics are made of. Everything is asked at a scrape, and must answer at once. */
export interface MetricSources {
  readonly build: BuildFacts;
  readonly status: () => NodeStatus;
  readonly transport: () => TransportStats;
  readonly disk: () => DiskStats;
  readonly rowCache: () => RowCacheStats;
  readonly limits: LimitFacts;
  /** Names of the alarms that are on, in snake case. */
  readonly alarms: () => readonly string[];
  /** Milliseconds since an arbitrary moment; never goes back. */
  readonly nowMs: () => number;
}

/** The answer of `ask`, asked once for all that want it in the same turn. */
export function oncePerTurn<Value>(ask: () => Value): () => Value {
  let known: { readonly value: Value } | undefined;
  return () => {
    if (known === undefined) {
      known = { value: ask() };
      queueMicrotask(() => (known = undefined));
    }
    return known.value;
  };
}
