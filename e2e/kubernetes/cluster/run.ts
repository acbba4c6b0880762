/** The directory of a cluster that runs here: its name is the cluster's, what is in it goes with it. */
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const PREFIX = 'robustmq-k8s-';
/** As short as names of sockets below it must be. */
const NAME = /^[a-z0-9]{1,12}$/;

export interface Run {
  readonly name: string;
  readonly directory: string;
  /** For programs on this machine. */
  readonly kubeconfig: string;
  /** Somebody answers there as long as the cluster is kept. */
  readonly keeperSocket: string;
  /** The API server, for whoever is in another network. */
  readonly apiSocket: string;
  readonly logs: string;
}

/** Where the cluster of this name is, if it is. Throws when it is no name. */
export function runOf(name: string): Run {
  if (!NAME.test(name)) {
    throw new Error(`${name} is no name of a cluster: 1 to 12 letters a–z and digits`);
  }
  const directory = join(tmpdir(), `${PREFIX}${name}`);
  return {
    name,
    directory,
    kubeconfig: join(directory, 'kubeconfig'),
    keeperSocket: join(directory, 'keeper.sock'),
    apiSocket: join(directory, 'api.sock'),
    logs: join(directory, 'logs'),
  };
}

/** Makes the directory, which nobody else has then. False: there is one. */
export function claim({ directory, logs }: Run): boolean {
  try {
    mkdirSync(directory, { mode: 0o711 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
  mkdirSync(logs);
  return true;
}

/** Where it is told which program has ended, and why; and what became of volumes. */
export const KEEPER_LOG = 'keeper.log';
const TOLD_BY = [KEEPER_LOG, 'provisioner.log'];
const LAST_LINES = 12;

/** The last lines of the logs in which its own programs say what went wrong. */
export const endOfLogs = ({ logs }: Run): readonly string[] =>
  TOLD_BY.flatMap((name) => {
    const log = join(logs, name);
    if (!existsSync(log)) return [];
    const lines = readFileSync(log, 'utf8').trimEnd().split('\n');
    return [`${name}:`, ...lines.slice(-LAST_LINES)];
  });
