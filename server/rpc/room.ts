/** What clients make a member hold, counted in bytes over all connections. */
export interface Room {
  /** Whether there is room for so many bytes more. */
  has(bytes: number): boolean;
  /** Takes room, or gives it back when `bytes` is negative. */
  take(bytes: number): void;
  heldBytes(): number;
}

export function createRoom(bytesMax: number): Room {
  let held = 0;
  return {
    has: (bytes) => held + bytes <= bytesMax,
    take: (bytes) => {
      held += bytes;
    },
    heldBytes: () => held,
  };
}
