/** How long nobody may be acknowledged a write, by what happens. */

/**
 * A leader that hands over is to cost 0.3 s. While two processors had thirty times too much to do, it
 * was 0.6 s, and up to 1.6 s while a cluster was created.
 */
export const HANDED_OVER_MS = 2_000;
/** A leader that ends without a word is to cost 1 s, and as much more. */
export const LOST_MS = 3_000;
/** Members that have to start first: 8 to 11 s, and 26 s with twenty times too much to do. */
export const STARTED_MS = 30_000;

/** Where a node vanishes, the connections of brokers to it are found dead by their keepalive: 30 s and 60 s. */
export const VANISHED_MS = 90_000;
/** Nodes that nobody heard of for 40 s are taken for dead, and no Service leads to their pods. */
export const ALL_NODES_LATE_MS = 6_000;
