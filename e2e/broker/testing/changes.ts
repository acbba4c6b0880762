/** Changes of what is stored, of a few names or of what is there, so that they follow one another closely. */
import { randomInt } from 'node:crypto';
import { ENGINE_CHANGES, type Ask, type Change } from './engine-changes.ts';
import { STORED_KINDS } from './stored-kinds.ts';

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
const LINE_CHARS = 60;

const anyName = (): string => `n${randomInt(NAMES)}`;

const CHANGES: readonly Change[] = [
  ...Object.values(STORED_KINDS).flatMap(({ put, remove }): Change[] => [
    (value) => Promise.resolve(put(anyName(), value)),
    () => Promise.resolve(remove(anyName())),
  ]),
  ...ENGINE_CHANGES,
];

/** What can be read of a request: names come before what they name. */
const namesIn = (request: Buffer): string =>
  (request.toString('latin1').match(/[ -~]{2,}/g) ?? []).join(' ').slice(0, LINE_CHARS);

export function createChanges(ask: Ask): Changes {
  const lines: string[] = [];
  const waiting: { left: number; readonly done: () => void }[] = [];
  let value = 0n;
  let going = false;
  let ended: Promise<unknown> = Promise.resolve();

  async function work(): Promise<void> {
    while (going) {
      value += 1n;
      const chosen = await CHANGES[randomInt(CHANGES.length)]?.(value, ask);
      if (chosen === undefined) continue;
      const [rpc, request] = chosen;
      const outcome = await ask(rpc, request);
      const said = outcome.kind === 'reply' ? 'ok' : outcome.text;
      lines.push(`${rpc.split('/').at(-1)} ${namesIn(request)}: ${said}`);
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
