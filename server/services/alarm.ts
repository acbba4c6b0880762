/** Calls `wake` once, after `ms`, unless it is cancelled by what it returns. */
export type Alarm = (ms: number, wake: () => void) => () => void;

/** By the timers of Node; none of them keeps a process alive. */
export const systemAlarm: Alarm = (ms, wake) => {
  const timer = setTimeout(wake, ms).unref();
  return () => clearTimeout(timer);
};
