/** `npm run journeys`: journeys one after the other, on a cluster of this machine. See `--help`. */
import { randomBytes } from 'node:crypto';
import { Command } from 'commander';
import { isGood } from '../../chaos/judge.ts';
import { createPorcupine } from '../../chaos/porcupine.ts';
import { unlessMissing } from '../../processes/missing-tool.ts';
import { lastWords, startGround } from '../operator/ground.ts';
import { keepPostures } from '../../../operator/sim/traces/recorded.ts';
import type { Journey } from './journey.ts';
import { JOURNEYS } from './journeys.ts';
import { showReport } from './report.ts';
import { leaveJourney, runJourney } from './run.ts';

interface Flags {
  readonly list?: true;
  readonly record?: true;
}

/** In the simulator, certificates are always the operator's. */
const isSimulated = ({ tls = 'Managed' }: Journey): boolean => tls === 'Managed';

const { args, opts } = (() => {
  const command = new Command('journeys')
    .description('Takes clusters of members through what may happen to them, while they are used.')
    .argument('[names...]', 'journeys whose names contain one of these; all, if there are none')
    .option('--list', 'shows their names')
    .option('--record', 'keeps what the resource becomes, for the simulator of the operator')
    .parse();
  return { args: command.args, opts: command.opts<Flags>() };
})();

const chosen = JOURNEYS.filter(
  ({ name }) => args.length === 0 || args.some((part) => name.includes(part)),
);
if (opts.list || chosen.length === 0) {
  for (const { name } of JOURNEYS) console.log(name);
  process.exit(opts.list ? 0 : 1);
}

const checker = unlessMissing(createPorcupine);
const name = randomBytes(4).toString('hex');
const ground = await startGround({ name, own: true }, (step) => console.error(step));
let failed = 0;
for (const [at, journey] of chosen.entries()) {
  const namespace = `journey-${at + 1}`;
  console.log(`\n${journey.name}`);
  try {
    const report = await runJourney(journey, {
      ...{ ground, namespace, checker },
      show: ({ words, tookMs }) => {
        if (tookMs === undefined) console.error(`  ${words} …`);
      },
    });
    console.log(showReport(report));
    if (!isGood(report.findings)) {
      failed += 1;
      console.log(lastWords(ground));
    } else if (opts.record && isSimulated(journey)) {
      keepPostures(journey.name, report.postures);
    }
  } catch (error) {
    failed += 1;
    console.log(error instanceof Error ? error.message : error);
    console.log(lastWords(ground));
  }
  leaveJourney(ground, namespace);
}
await ground.cluster.own?.end();
console.log(`\n${chosen.length - failed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
