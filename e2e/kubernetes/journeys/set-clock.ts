/**
 * Sets the clock of the Node process that lets itself be inspected in this network: its calendar goes
 * wrong by so much, its monotonic clock goes on. The clock of the machine is everybody's.
 *
 * set-clock.ts MILLISECONDS
 */
import { once } from 'node:events';
import { until } from '../../processes/until.ts';

const LIMIT_MS = 20_000;
const INSPECTOR = 'http://127.0.0.1:9229/json/list';

const wrongMs = Number(process.argv[2]);

const set = `(() => {
  const Right = (globalThis.RightDate ??= Date);
  const now = () => Right.now() + ${wrongMs};
  globalThis.Date = class Date extends Right {
    constructor(...of) { super(...(of.length === 0 ? [now()] : of)); }
    static now() { return now(); }
  };
  return Math.round((Date.now() - Right.now()) / 1000);
})()`;

const [target] = await until('it can be inspected', LIMIT_MS, async () => {
  const answer = await fetch(INSPECTOR);
  return (await answer.json()) as readonly { readonly webSocketDebuggerUrl: string }[];
});
if (target === undefined) throw new Error('nothing is to be inspected');
const socket = new WebSocket(target.webSocketDebuggerUrl);
await once(socket, 'open');
socket.send(JSON.stringify({ id: 1, method: 'Runtime.evaluate', params: { expression: set } }));
const [{ data }] = (await once(socket, 'message')) as [{ readonly data: string }];
if (!data.includes(`"value":${Math.round(wrongMs / 1_000)}`)) throw new Error(data);
socket.close();
