/** How late the event loop is: a timer that should come every 100 ms, and how much later it comes. */
export interface EventLoopWatch {
  /** The least of the last three delays: high only while the loop is late again and again. */
  sustainedMs(): number;
  stop(): void;
}

export interface EventLoopSetup {
  readonly nowMs: () => number;
  /** Told of each delay. */
  readonly observe: (delayMs: number) => void;
  /** Calls `task` again and again until it is stopped; real timers when absent. */
  readonly every?: Every;
}

export type Every = (intervalMs: number, task: () => void) => () => void;

const INTERVAL_MS = 100;

/** One long pause is over when it can be told; a loop that cannot keep up is late every time. */
const SUSTAINED = 3;

const realTimer: Every = (intervalMs, task) => {
  const timer = setInterval(task, intervalMs);
  timer.unref();
  return () => clearInterval(timer);
};

/** Begins to watch. */
export function watchEventLoop({
  nowMs,
  observe,
  every = realTimer,
}: EventLoopSetup): EventLoopWatch {
  const recent: number[] = [];
  let lastMs = nowMs();

  const stop = every(INTERVAL_MS, () => {
    const atMs = nowMs();
    const delayMs = Math.max(0, atMs - lastMs - INTERVAL_MS);
    lastMs = atMs;
    recent.push(delayMs);
    if (recent.length > SUSTAINED) recent.shift();
    observe(delayMs);
  });
  return { sustainedMs: () => (recent.length < SUSTAINED ? 0 : Math.min(...recent)), stop };
}
