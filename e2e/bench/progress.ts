/** How far a long run is: a bar on a terminal, lines elsewhere. On standard error, beside the result. */
import { SingleBar } from 'cli-progress';

export interface Progress {
  /** Something begins. */
  begin(what: string): void;
  /** It is over: so many of the steps are done. */
  done(steps?: number): void;
  stop(): void;
}

function createBar(total: number): Progress {
  const bar = new SingleBar({
    format: '{bar} {value}/{total} | {duration_formatted} | {what}',
    stream: process.stderr,
    etaBuffer: total,
  });
  bar.start(total, 0, { what: '' });
  return {
    begin: (what) => bar.update({ what }),
    done: (steps = 1) => bar.increment(steps),
    stop: () => bar.stop(),
  };
}

function createLines(total: number): Progress {
  let at = 0;
  return {
    begin: (what) => console.error(`${at}/${total} ${what}`),
    done: (steps = 1) => {
      at += steps;
    },
    stop: () => undefined,
  };
}

export const createProgress = (total: number): Progress =>
  process.stderr.isTTY ? createBar(total) : createLines(total);
