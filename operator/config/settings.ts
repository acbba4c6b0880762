/** Every setting of the operator, one row each: a flag, and a variable of the environment. */
import { InvalidArgumentError, Option } from 'commander';
import type { Command } from 'commander';
import { LOG_LEVELS } from '../telemetry/log.ts';
import type { LogLevel } from '../telemetry/log.ts';

export interface Settings {
  /** Undefined: all. */
  readonly namespace: string | undefined;
  readonly operatorNamespace: string;
  readonly installation: string;
  readonly identity: string;
  readonly imageRepository: string;
  readonly podLabels: Readonly<Record<string, string>>;
  readonly kubeconfig: string | undefined;
  readonly context: string | undefined;
  readonly listen: { readonly host: string; readonly port: number };
  readonly logLevel: LogLevel;
  readonly leaseMs: number;
  readonly renewMs: number;
  readonly retryMs: number;
  readonly resyncMs: number;
  readonly workers: number;
}

const PREFIX = 'ROBUSTMQ_OPERATOR_';
const UNITS_MS = { ms: 1, s: 1_000, m: 60_000 } as const;

const option = (flags: string, about: string): Option => {
  const made = new Option(flags, about);
  return made.env(PREFIX + made.name().replaceAll('-', '_').toUpperCase());
};

/** The flags, with what they are by default. */
export function settingOptions(hostname: string): readonly Option[] {
  return [
    option('--namespace <name>', 'namespace to work in; empty: all').default(''),
    option('--operator-namespace <name>', 'namespace of the operator: its Lease is there').default(
      'robustmq-operator',
    ),
    option(
      '--installation <id>',
      'name of this installation: its processes elect one of them to act',
    ).default('robustmq-operator'),
    option('--identity <name>', 'name of this process in the election: its pod').default(hostname),
    option(
      '--image-repository <name>',
      'where releases are: with spec.meta.version, members run <name>:<version>',
    ).default('robustmq/robustmq-meta'),
    option('--pod-labels <k=v,...>', 'labels of the operator’s pods, which members let in')
      .default(
        { 'app.kubernetes.io/name': 'robustmq-operator' },
        'app.kubernetes.io/name=robustmq-operator',
      )
      .argParser(labels),
    option('--kubeconfig <file>', 'default: KUBECONFIG, then the service account of the pod'),
    option('--context <name>', 'a context of the kubeconfig; default: its current one'),
    option('--listen-http <host:port>', '/healthz, /readyz, /metrics')
      .default({ host: '0.0.0.0', port: 8080 }, '0.0.0.0:8080')
      .argParser(address),
    option('--log-level <level>', 'least severe lines that are logged')
      .choices(LOG_LEVELS)
      .default('info'),
    option('--lease-duration <time>', 'another process may take over after so long')
      .default(15_000, '15s')
      .argParser(duration),
    option('--renew-deadline <time>', 'a leader that could not renew for so long ends; shorter')
      .default(10_000, '10s')
      .argParser(duration),
    option('--retry-period <time>', 'between two attempts at the Lease')
      .default(2_000, '2s')
      .argParser(duration),
    option('--resync <time>', 'between two looks at a cluster where all is well')
      .default(10_000, '10s')
      .argParser(duration),
    option('--workers <count>', 'clusters that are worked on at once').default(8).argParser(count),
  ];
}

/** What was set. Throws InvalidArgumentError for timings that do not fit together. */
export function settingsOf(command: Command): Settings {
  const set = command.opts<Record<string, unknown>>();
  const {
    namespace,
    listenHttp: listen,
    leaseDuration: leaseMs,
    renewDeadline: renewMs,
    retryPeriod: retryMs,
    resync: resyncMs,
    ...rest
  } = set;
  const settings = {
    kubeconfig: undefined,
    context: undefined,
    ...rest,
    namespace: namespace === '' ? undefined : namespace,
    listen,
    leaseMs,
    renewMs,
    retryMs,
    resyncMs,
  } as unknown as Settings;
  if (settings.renewMs >= settings.leaseMs || settings.retryMs * 2 > settings.renewMs) {
    throw new InvalidArgumentError(
      '--renew-deadline must be shorter than --lease-duration, and --retry-period at most half of it',
    );
  }
  return settings;
}

function duration(text: string): number {
  const [, digits, unit] = /^([0-9]{1,6})(ms|s|m)$/.exec(text) ?? [];
  if (digits === undefined || unit === undefined) {
    throw new InvalidArgumentError('a number with ms, s or m, such as 15s');
  }
  return Number(digits) * UNITS_MS[unit as keyof typeof UNITS_MS];
}

function count(text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1 || number > 256) {
    throw new InvalidArgumentError('a whole number from 1 to 256');
  }
  return number;
}

function address(text: string): Settings['listen'] {
  const [, host, port] = /^\[?([^\]]+?)\]?:([0-9]{1,5})$/.exec(text) ?? [];
  if (host === undefined || Number(port) > 65_535) {
    throw new InvalidArgumentError('host:port, such as 0.0.0.0:8080');
  }
  return { host, port: Number(port) };
}

function labels(text: string): Settings['podLabels'] {
  const pairs = text.split(',').map((pair) => pair.split('='));
  if (pairs.some((pair) => pair.length !== 2 || pair[0] === '')) {
    throw new InvalidArgumentError('labels as k=v,k=v');
  }
  return Object.fromEntries(pairs) as Settings['podLabels'];
}
