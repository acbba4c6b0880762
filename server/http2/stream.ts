/** One request and its answer, as far as the connection knows them. Both windows are in bytes. */
export interface Stream {
  readonly id: number;
  /** What the other end may still send. */
  receiveWindow: number;
  /** What it still takes; negative after it made its windows smaller. */
  sendWindow: number;
  /** How many bytes of data went out. */
  sentBytes: number;
  /** The other end has sent all that it will. */
  remoteEnded: boolean;
  /** Parts of what we send that wait for windows … */
  waiting: Buffer[];
  /** … and what ends it when they are through. */
  trailers: Buffer | undefined;
  /** … or nothing more: it ends with the last of them. */
  last: boolean;
}
