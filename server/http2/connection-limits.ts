/** What the other end may have at once. */
export interface ConnectionLimits {
  /** Requests at once. */
  readonly streamsMax: number;
  /** Headers of one request or answer, counted as RFC 9113 §6.5.2 does. */
  readonly headerBytesMax: number;
  /** What it may send on one stream before it is let on; 65,535 at least. */
  readonly windowBytes: number;
}
