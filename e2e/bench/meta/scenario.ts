/** What the scenarios of brokers have in common. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Workspace } from '../../processes/workspace.ts';
import type { Product } from '../clusters/cluster.ts';
import type { Loadgen } from '../loadgen.ts';
import type { Progress } from '../progress.ts';
import type { ReportTable } from '../report.ts';
import type { Target } from './targets.ts';

export interface Settings {
  readonly sessions: number;
  readonly topics: number;
  readonly subscriptions: number;
  /** How many brokers save offsets, and are told of changes. */
  readonly brokers: number;
  /** Of each measurement, after its warm-up. */
  readonly seconds: number;
}

export interface Context {
  readonly settings: Settings;
  readonly product: Product;
  readonly loadgen: Loadgen;
  readonly workspace: Workspace;
  readonly progress: Progress;
}

export interface Found {
  readonly targets: readonly Target[];
  readonly tables: readonly ReportTable[];
}

export interface Scenario {
  readonly name: string;
  readonly about: string;
  /** How many steps of progress it makes. */
  readonly steps: number;
  run(context: Context): Promise<Found>;
}

/** Of each measurement. */
export const WARM_UP_SECONDS = 2;

/** Writes what the generator reads; returns the path. */
export function handOver(workspace: Workspace, name: string, value: unknown): string {
  const path = join(workspace.directory('handed-over'), `${name}.json`);
  writeFileSync(path, JSON.stringify(value));
  return path;
}
