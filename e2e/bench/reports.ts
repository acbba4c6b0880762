/** What a run of scenarios has found: kept as soon as each is over, shown at the end, however that comes. */
import { realpathSync } from 'node:fs';
import { describeMachine } from './machine.ts';
import type { Progress } from './progress.ts';
import { keepResult } from './results.ts';

export interface Reporting {
  /** Where the members keep their data. */
  readonly dir: string;
  /** What runs on this machine. */
  readonly runs: string;
  /** Whether results are kept beside the code. */
  readonly save: boolean;
  /** How the names begin under which they are kept. */
  readonly prefix?: string;
  readonly progress: Progress;
}

interface Subject {
  readonly name: string;
  readonly about: string;
}

/** @param run returns what a scenario has found, as Markdown. */
export async function reportEach<Scenario extends Subject>(
  scenarios: readonly Scenario[],
  run: (scenario: Scenario) => Promise<string>,
  { dir, runs, save, prefix = '', progress }: Reporting,
): Promise<void> {
  const machine = describeMachine(realpathSync(dir), runs);
  const reports = [machine];
  try {
    for (const scenario of scenarios) {
      const report = await run(scenario);
      reports.push(report);
      const { name, about } = scenario;
      if (save) keepResult(`${prefix}${name}`, about, `${machine}\n\n${report}`);
    }
  } finally {
    progress.stop();
    console.log(reports.join('\n\n'));
  }
}
