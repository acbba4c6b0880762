/** Changes of what is stored, of a few names, so that they follow one another closely. */
import { randomInt } from 'node:crypto';
import type { Attempt } from '../attempt.ts';
import { STORED_KINDS, type Call } from './stored-kinds.ts';

export type Ask = (rpc: string, request: Buffer) => Promise<Attempt>;

export interface Changes {
  start(): void;
  /** Resolves when so many more were answered, whatever the answer. */
  more(count: number): Promise<void>;
  /** Resolves when the last one has ended. */
  stop(): Promise<void>;
  /** What was done, and what came of it, the last of it. */
  story(): string;
}

const NAMES = 4;
const WORKERS = 4;
const STORY_LINES = 60;

const CHANGES: readonly ((name: string, value: bigint) => Call)[] = Object.values(
  STORED_KINDS,
).flatMap(({ put, remove }) => [put, remove]);

export function createChanges(ask: Ask): Changes {
  const lines: string[] = [];
  const waiting: { left: number; readonly done: () => void }[] = [];
  let value = 0n;
  let going = false;
  let ended: Promise<unknown> = Promise.resolve();

  async function work(): Promise<void> {
    while (going) {
      value += 1n;
      const change = CHANGES[randomInt(CHANGES.length)];
      const name = `n${randomInt(NAMES)}`;
      if (change === undefined) continue;
      const [rpc, request] = change(name, value);
      const line = `${rpc.split('/').at(-1)} ${name} ${value}`;
      const outcome = await ask(rpc, request);
      lines.push(`${line}: ${outcome.kind === 'reply' ? 'ok' : outcome.text}`);
      for (const each of [...waiting]) {
        each.left -= 1;
        if (each.left <= 0) each.done();
      }
    }
  }

  return {
    start: () => {
      going = true;
      ended = Promise.all(Array.from({ length: WORKERS }, work));
    },
    more: (count) =>
      new Promise((resolve) => {
        const waiter = {
          left: count,
          done: () => {
            waiting.splice(waiting.indexOf(waiter), 1);
            resolve();
          },
        };
        waiting.push(waiter);
      }),
    stop: async () => {
      going = false;
      await ended;
    },
    story: () => lines.slice(-STORY_LINES).join('\n'),
  };
}
