/**
 * `npm run replay`: plays what brokers of v0.4.11 were captured to call against three members of its
 * own, and compares replies and pushes with what the original answered.
 */
import { writeFileSync } from 'node:fs';
import { Command, Option } from 'commander';
import { startCluster, stopMembers } from '../local/local-cluster.ts';
import { freePlaces } from '../processes/places.ts';
import { runProgram } from '../processes/program.ts';
import { CAPTURES, readCapture, type CaptureName } from './capture.ts';
import { replay } from './replay.ts';
import { amiss, details, isGood, summary } from './report.ts';

interface Options {
  readonly capture: readonly CaptureName[];
  readonly details?: string;
}

const GRACE_MS = 5_000;
const MEMBERS = 3;

const program = new Command('replay')
  .addOption(
    new Option('--capture <names...>', 'which captures')
      .choices(Object.keys(CAPTURES))
      .default(Object.keys(CAPTURES)),
  )
  .option('--details <file>', 'where every difference is written to, also those that are meant')
  .parse();
const options = program.opts<Options>();

await runProgram({ graceMs: GRACE_MS }, async (workspace) => {
  let good = true;
  const told: string[] = [];
  for (const name of options.capture) {
    const members = await startCluster({
      workspace,
      places: await freePlaces(MEMBERS),
      directory: (at) => workspace.directory(`${name}-${at}`),
    });
    const calls = readCapture(name);
    const outcomes = await replay({
      calls,
      meta: members.map(({ place }) => place.client),
      pushes: name === 'boot-mqtt-admin' ? 'once' : 'by broker',
    });
    console.log(`${name}\n${summary(outcomes)}\n${amiss(outcomes)}`);
    told.push(`${name}\n${details(outcomes)}`);
    good &&= isGood(outcomes);
    await stopMembers(members);
  }
  if (options.details !== undefined) writeFileSync(options.details, `${told.join('\n\n')}\n`);
  return good ? 0 : 1;
});
