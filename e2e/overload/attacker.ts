/** A process that attacks: `attacker.ts KIND HOST PORT LOCAL_ADDRESS COUNT MILLISECONDS`. */
import { constants, setPriority } from 'node:os';
import { attack, ATTACKS, type Counts } from './attacks.ts';

const [kindText = '', host = '', port = '', localAddress = '', count = '', limitMs = ''] =
  process.argv.slice(2);
const kind = ATTACKS.find((each) => each === kindText);
if (kind === undefined) throw new Error(`no such attack: ${kindText}`);

// Not that of who began this: see `priority.ts`.
setPriority(constants.priority.PRIORITY_NORMAL);
const counts: Counts = { connected: 0, answered: 0 };
const target = { host, port: Number(port), localAddress };
for (let at = 0; at < Number(count); at++) attack(kind, at, target, counts);

// All connections end with the process: the time is up, however far they came.
setTimeout(() => {
  process.stdout.write(`${JSON.stringify(counts)}\n`, () => process.exit(0));
}, Number(limitMs));
