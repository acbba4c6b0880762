/** What is going on, on a terminal as one line that changes, elsewhere as a line for each change. */
import type { RobustMQCluster } from '../../operator/api/cluster.ts';

export interface Live {
  /** Something begins; `look` tells how it stands. */
  begin(words: string, look: () => string): void;
  /** It is over. */
  done(result: string): void;
  stop(): void;
}

const LOOK_MS = 200;
const WIDTH = 36;
const COLUMNS = 100;

export function createLive(out: NodeJS.WriteStream): Live {
  let now:
    { readonly words: string; readonly look: () => string; readonly beginMs: number } | undefined;
  let said = '';
  const redraw = (): void => {
    if (now === undefined) return;
    const { words, look, beginMs } = now;
    const text = look();
    if (out.isTTY) {
      const line = `  ${words.padEnd(WIDTH)} ${secondsSince(beginMs)}  ${text}`;
      out.write(`\r\u001b[K${line.slice(0, (out.columns || COLUMNS) - 1)}`);
    } else if (text !== said) {
      said = text;
      if (text !== '') out.write(`    ${text}\n`);
    }
  };
  const timer = setInterval(redraw, LOOK_MS);
  return {
    begin: (words, look) => {
      now = { words, look, beginMs: performance.now() };
      if (!out.isTTY) out.write(`  ${words} …\n`);
      redraw();
    },
    done: (result) => {
      if (now === undefined) return;
      const { words, beginMs } = now;
      const line = `✓ ${words.padEnd(WIDTH)} ${secondsSince(beginMs)}  ${result}`;
      out.write(`${out.isTTY ? '\r\u001b[K' : ''}${line}\n`);
      now = undefined;
    },
    stop: () => {
      clearInterval(timer);
      if (now !== undefined && out.isTTY) out.write('\n');
    },
  };
}

const secondsSince = (ms: number): string =>
  `${((performance.now() - ms) / 1_000).toFixed(1).padStart(5)} s`;

/** How a cluster stands, in a line. */
export function wordsOfCluster(cluster: RobustMQCluster | undefined): string {
  const { ready, leader, conditions = [] } = cluster?.status ?? {};
  if (ready === undefined) return '';
  const said = conditions.find(({ type, status }) => type === 'Progressing' && status === 'True');
  return [
    `${ready} ready`,
    ...(leader === undefined ? [] : [`leader ${leader}`]),
    ...(said === undefined ? [] : [`${said.reason}: ${said.message}`]),
  ].join(' · ');
}
