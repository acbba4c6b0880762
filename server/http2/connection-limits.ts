/** What one client may have at once. */
export interface ConnectionLimits {
  /** Requests at once. */
  readonly streamsMax: number;
  /** Headers of one request, counted as RFC 9113 §6.5.2 does. */
  readonly headerBytesMax: number;
}
