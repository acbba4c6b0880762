/** Flux as it reads a resource: the expressions of docs/gitops, asked in its order. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { evaluate } from '@marcbachmann/cel-js';
import { parse } from 'yaml';
import type { RobustMQCluster } from '../../../operator/api/cluster.ts';

const FILE = join(import.meta.dirname, '..', '..', '..', 'docs', 'gitops', 'flux.yaml');

interface Expressions {
  readonly inProgress: string;
  readonly failed: string;
  readonly current: string;
}

const kustomization = parse(readFileSync(FILE, 'utf8')) as {
  readonly spec: { readonly healthCheckExprs: readonly Expressions[] };
};

/** Rejected as by Flux when an expression cannot be evaluated: it then waits until its time is over. */
export function fluxStatusOf(cluster: RobustMQCluster): 'Current' | 'Failed' | 'InProgress' {
  const [expressions] = kustomization.spec.healthCheckExprs;
  if (expressions === undefined) throw new Error(`${FILE} has no expressions`);
  const holds = (expression: string): boolean => evaluate(expression, { ...cluster }) === true;
  if (holds(expressions.inProgress)) return 'InProgress';
  if (holds(expressions.failed)) return 'Failed';
  return holds(expressions.current) ? 'Current' : 'InProgress';
}
