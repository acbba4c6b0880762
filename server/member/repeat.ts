/** Runs `attempt` until it says that it is done, one at a time, `pauseMs` apart. */
export function repeat(pauseMs: number, attempt: () => Promise<'again' | 'done'>): () => void {
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;

  async function run(): Promise<void> {
    const outcome = await attempt();
    if (stopped || outcome === 'done') return;
    timer = setTimeout(() => void run(), pauseMs);
  }

  void run();
  return () => {
    stopped = true;
    clearTimeout(timer);
  };
}
