/** Lets the other end of a stream send on as what it sent is taken. */
export interface Granting {
  /** So many bytes were taken. */
  took(bytes: number): void;
  /** Lets it send no more (true) than it may already, or goes on (false). */
  hold(held: boolean): void;
  isHeld(): boolean;
}

/** In parts of the window, for each is a frame. */
const SHARE = 4;

/**
 * @param windowBytes what it may send before it is let on.
 * @param grant lets it send so many bytes more.
 */
export function createGranting(windowBytes: number, grant: (bytes: number) => void): Granting {
  let held = false;
  let takenBytes = 0;

  function letOn(): void {
    if (held || takenBytes < windowBytes / SHARE) return;
    const bytes = takenBytes;
    takenBytes = 0;
    grant(bytes);
  }

  return {
    isHeld: () => held,
    took: (bytes) => {
      takenBytes += bytes;
      letOn();
    },
    hold: (hold) => {
      held = hold;
      letOn();
    },
  };
}
