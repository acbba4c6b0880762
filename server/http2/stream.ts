/** One request and its answer, as far as the connection knows them. Both windows are in bytes. */
export interface Stream {
  readonly id: number;
  /** What the client may still send. */
  receiveWindow: number;
  /** What it still takes; negative after it made its windows smaller. */
  sendWindow: number;
  /** The client has sent all of its request. */
  remoteEnded: boolean;
  /** Parts of the answer that wait for windows … */
  waiting: Buffer[];
  /** … and what ends it when they are through. */
  trailers: Buffer | undefined;
}
