/** Gathers the frames of one turn, so that they are one write. */
export interface Output {
  /** Takes a frame; whoever gives it does not change it any more. */
  push(frame: Buffer): void;
  /** Writes what has gathered, now. */
  flush(): void;
  /** Bytes that have gathered. */
  waitingBytes(): number;
}

/** @param defer runs a task when the turn is over, before the next begins. */
export function createOutput(
  write: (bytes: Buffer) => void,
  defer: (task: () => void) => void,
): Output {
  let frames: Buffer[] = [];
  let waitingBytes = 0;

  function flush(): void {
    const [first] = frames;
    if (first === undefined) return;
    const bytes = frames.length === 1 ? first : Buffer.concat(frames);
    frames = [];
    waitingBytes = 0;
    write(bytes);
  }

  return {
    flush,
    waitingBytes: () => waitingBytes,
    push: (frame) => {
      if (frames.length === 0) defer(flush);
      frames.push(frame);
      waitingBytes += frame.length;
    },
  };
}
