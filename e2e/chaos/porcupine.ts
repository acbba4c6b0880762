/** The second opinion on histories: porcupine, a checker that shares no line with the simulator's. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import type { TimedOperation } from '../../server/sim/linearizability/history.ts';
import { buildGoBinary } from '../processes/go-binary.ts';
import type { SecondOpinion } from './judge.ts';

/** Builds the program; see `porcupine/main.go` for what it reads. */
export function createPorcupine(): SecondOpinion {
  const binary = buildGoBinary(join(import.meta.dirname, 'porcupine'));
  return (operations) => {
    const input = operations.map((each) => `${JSON.stringify(lineOf(each))}\n`).join('');
    const { status, stdout, stderr } = spawnSync(binary, { input, encoding: 'utf8' });
    const verdict = stdout.trim();
    if (verdict === 'linearizable' || verdict === 'violated' || verdict === 'undecided') {
      return verdict;
    }
    throw new Error(`porcupine ended with status ${status ?? 'of a signal'}: ${stderr}`);
  };
}

function lineOf({ client, operation, invoked, returned, result }: TimedOperation): object {
  const { kind, key } = operation;
  const known = returned === Infinity ? {} : { returned, result };
  return { client, kind, key, invoked, ...known, ...argumentsOf(operation) };
}

function argumentsOf(operation: TimedOperation['operation']): object {
  switch (operation.kind) {
    case 'put':
      return { value: operation.value };
    case 'append':
      return { value: operation.token };
    case 'compareAndSwap':
      return { from: operation.from, value: operation.to };
    case 'get':
      return {};
  }
}
