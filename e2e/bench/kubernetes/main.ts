/** `npm run bench:k8s`: how long clusters in Kubernetes take, on a cluster of this machine. See `--help`. */
import { randomBytes } from 'node:crypto';
import { Command, InvalidArgumentError, Option } from 'commander';
import { isGood } from '../../chaos/judge.ts';
import { leaveJourney, runJourney } from '../../kubernetes/journeys/run.ts';
import { showReport } from '../../kubernetes/journeys/report.ts';
import { lastWords, startGround, type Ground } from '../../kubernetes/operator/ground.ts';
import { countOf } from '../../processes/flags.ts';
import { describeMachine } from '../machine.ts';
import { createProgress } from '../progress.ts';
import { toMarkdown } from '../report.ts';
import { keepResult } from '../results.ts';
import { FIGURES, foundIn, journeyThrough, tableOf, type Figure, type Found } from './figures.ts';

interface Flags {
  readonly only: readonly Figure[];
  readonly runs: number;
  readonly save: boolean;
}

const RUNS_MAX = 100;
const ABOUT = 'how long clusters in Kubernetes take, and how long nobody can write';

function figures(text: string): readonly Figure[] {
  const names = text.split(',');
  const unknown = names.find((name) => !FIGURES.some((each) => each.name === name));
  if (unknown === undefined) return FIGURES.filter(({ name }) => names.includes(name));
  throw new InvalidArgumentError(`expected ${FIGURES.map(({ name }) => name).join(', ')}`);
}

const flags = new Command('bench:k8s')
  .description(
    `Measures clusters of members in a Kubernetes of this machine (Linux, root):\n${FIGURES.map(
      ({ name, measures }) => `  ${name.padEnd(8)} ${measures.map(({ what }) => what).join('; ')}`,
    ).join('\n')}`,
  )
  .addOption(
    new Option('--only <names>', 'some of them, with commas')
      .default(FIGURES, 'all')
      .argParser(figures),
  )
  .option('--runs <n>', 'each with new pods and volumes', countOf(1, RUNS_MAX), 5)
  .option('--no-save', 'do not keep the result in e2e/bench/results')
  .parse()
  .opts<Flags>();

const progress = createProgress(flags.runs);
const begun = (what: string): void => progress.begin(what);

/** Throws when what was acknowledged is lost, or something else does not hold. */
async function run(ground: Ground, namespace: string): Promise<Found> {
  try {
    const report = await runJourney(journeyThrough(flags.only), {
      ...{ ground, namespace },
      show: ({ words, tookMs }) => {
        if (tookMs === undefined) begun(words);
      },
    });
    if (!isGood(report.findings)) throw new Error(showReport(report));
    return foundIn(flags.only, report.legs);
  } finally {
    leaveJourney(ground, namespace, { wait: true });
  }
}

const ground = await startGround({ name: randomBytes(4).toString('hex'), own: true }, begun);
const found: Found[] = [];
try {
  while (found.length < flags.runs) {
    const at = found.length + 1;
    found.push(await run(ground, `run-${at}`));
    progress.done();
  }
  const { directory } = ground.cluster.run;
  const machine = describeMachine(directory, 'control plane, three nodes and clients on it');
  const report = `${machine}\n\n${toMarkdown(tableOf(flags.only, found))}`;
  if (flags.save) keepResult('kubernetes', ABOUT, report);
  progress.stop();
  console.log(report);
} catch (error) {
  progress.stop();
  console.error(error instanceof Error ? error.message : error);
  console.error(lastWords(ground));
  process.exitCode = 1;
}
await ground.cluster.own?.end();
process.exit();
