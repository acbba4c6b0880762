/**
 * A broker double as a process, for tests that kill, stop and cut off processes. It says on its output
 * what becomes of it, one JSON a line, and what it has cached when it gets SIGUSR2. When its boot
 * fails it ends with status 1, as the original does.
 */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { countOf } from '../processes/flags.ts';
import { startBroker } from './broker.ts';
import { textOf } from './caches-text.ts';
import { readConfiguration } from './configuration.ts';
import type { Configured } from './configuration.ts';
import { nodeOf } from './node-of.ts';
import type { BrokerEvent } from './process.ts';

interface Options {
  readonly conf?: string;
  readonly id: number;
  readonly listen: string;
  readonly meta: string;
  readonly roles: string;
  readonly partitions: number;
  readonly replicas: number;
  readonly pauseMs: number;
}

const IDS_MAX = 2 ** 32;
const COUNT_MAX = 100;
const PAUSE_MS = 3_000;
const REPORT_MS = 60_000;
/** As long as the ids that the original makes. */
const ID_BYTES = 10;

const options = new Command('broker')
  .option('--conf <file>', 'settings, as the original reads them, instead of the flags below')
  .option('--id <number>', 'its id', countOf(1, IDS_MAX), 1)
  .option('--meta <addresses>', 'meta servers, in the order in which they are asked', '')
  .option('--listen <address>', 'of its gRPC server', '127.0.0.1:0')
  .option('--roles <roles>', 'broker, engine', 'broker,engine')
  .option('--partitions <number>', 'of topics', countOf(1, COUNT_MAX), 1)
  .option('--replicas <number>', 'of inner topics', countOf(1, COUNT_MAX), 1)
  .option('--pause-ms <number>', 'before it listens to clients', countOf(0, PAUSE_MS), PAUSE_MS)
  .parse()
  .opts<Options>();

const say = (event: BrokerEvent): void => console.log(JSON.stringify(event));
const nowS = (): bigint => BigInt(Math.floor(Date.now() / 1_000));

const broker = await startBroker({
  ...configured(options),
  pauseMs: options.pauseMs,
  reportAfterMs: REPORT_MS,
  newId: () => randomBytes(ID_BYTES).toString('hex'),
  nowS,
});
say({ kind: 'listens', address: broker.address });
void broker.running.then(
  () => say({ kind: 'runs', epoch: Number(broker.epoch()) }),
  () => undefined,
);
void broker.failure.then((why) => {
  say({ kind: 'failed', phase: broker.phase(), why });
  process.exit(1);
});
process.on('SIGUSR2', () =>
  say({
    kind: 'state',
    phase: broker.phase(),
    epoch: Number(broker.epoch()),
    scans: broker.scans(),
    wills: broker.wills.map(({ tenant, clientId }) => `${tenant}/${clientId}`),
    refused: broker.received.flatMap(({ refused }) => (refused === undefined ? [] : [refused])),
    caches: textOf(broker.caches()),
  }),
);

function configured({ conf, id, listen, meta, roles, partitions, replicas }: Options): Configured {
  if (conf !== undefined) return readConfiguration(readFileSync(conf, 'utf8'), nowS());
  return {
    node: nodeOf({ id: BigInt(id), roles: roles.split(','), startS: nowS() }),
    listen,
    meta: meta.split(','),
    partitions,
    innerReplicas: replicas,
    user: { name: 'admin', password: 'robustmq' },
  };
}
