/** Time as the driver may see it. */
export interface Clock {
  /** Milliseconds since an arbitrary moment; never goes back while the process lives. */
  nowMs(): number;
}

/** Runs `task` soon, after what is being handled now, so that what arrives together is handled together. */
export type Defer = (task: () => void) => void;
