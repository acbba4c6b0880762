/** A bar for people who look at a terminal; nothing elsewhere. */
import { SingleBar } from 'cli-progress';
import type { Session } from './session.ts';

export interface Bar {
  /** Without a total the bar only tells how far it is. */
  show(value: number, total: number, words?: Readonly<Record<string, string>>): void;
  end(): void;
}

/** What a bar needs to know of a session. */
interface Shown extends Pick<Session, 'json'> {
  readonly io: Pick<Session['io'], 'isTTY' | 'stderr'>;
}

/** A bar on stderr, so that stdout stays with the result. Call `end` in any case. */
export function createBar({ io, json }: Shown, format: string): Bar {
  if (!io.isTTY || json) return { show: () => undefined, end: () => undefined };
  const bar = new SingleBar({ format, stream: io.stderr, hideCursor: true, clearOnComplete: true });
  let started = false;
  return {
    show: (value, total, words = {}) => {
      if (!started) bar.start(total, value, words);
      else {
        bar.setTotal(total);
        bar.update(value, words);
      }
      started = true;
    },
    end: () => {
      if (started) bar.stop();
    },
  };
}
