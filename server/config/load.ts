/** From file, environment and flags to one checked configuration; the later of the three wins. */
import { parse as parseToml } from 'smol-toml';
import { CONFLICTS } from './conflicts.ts';
import { SETTINGS } from './settings.ts';
import type { Config, Key, Setting } from './settings.ts';

/** Everything that is wrong with a configuration, each with the key and what is allowed. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join('\n'));
    this.problems = problems;
  }
}

/** What people wrote, before it is read. */
export interface ConfigSources {
  /** A TOML file. */
  readonly file?: { readonly name: string; readonly text: string } | undefined;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** By key. */
  readonly flags: Readonly<Partial<Record<string, unknown>>>;
}

/** A value somebody gave for a key, and where. */
interface Given {
  readonly key: string;
  readonly value: unknown;
  readonly where: string;
}

const ENVIRONMENT_PREFIX = 'ROBUSTMQ_META_';

/** Variables of the client commands; a server that is started beside them has no use for them. */
const CLIENT_VARIABLES = new Set(['ROBUSTMQ_META_ENDPOINTS', 'ROBUSTMQ_META_CLIENT_ENDPOINTS']);

/**
 * What Kubernetes sets in every pod for a Service whose name begins with `robustmq-meta`: where it is,
 * in the way of Docker's links. None of it is a setting.
 */
const SERVICE_VARIABLE = /_(SERVICE_HOST|SERVICE_PORT(_.+)?|PORT_[0-9]+_(TCP|UDP|SCTP)(_.+)?)$/;
/** One that ends with `_PORT` may as well be a setting that was misspelt: only its value tells. */
const LINK = /^(tcp|udp|sctp):\/\//;

const isOfService = (name: string, value: string): boolean =>
  SERVICE_VARIABLE.test(name) || (name.endsWith('_PORT') && LINK.test(value));

/** All keys, in the order of the table. */
export const KEYS = Object.keys(SETTINGS) as readonly Key[];

/** The environment variable of a setting. */
export const variableOf = (key: Key): string =>
  ENVIRONMENT_PREFIX + key.replaceAll('.', '_').toUpperCase();

/** The flag of a setting, without dashes. */
export const flagOf = (key: Key): string => key.replaceAll(/[._]/g, '-');

const rows: Readonly<Record<string, Setting<unknown>>> = SETTINGS;

/**
 * Reads and checks a configuration.
 *
 * @throws ConfigError that names every key that is unknown, malformed or in conflict with another.
 */
export function loadConfig(sources: ConfigSources): Config {
  const problems: string[] = [];
  const given = [
    ...fromFile(sources, problems),
    ...fromEnvironment(sources),
    ...fromFlags(sources),
  ];
  const values = new Map<string, unknown>(KEYS.map((key) => [key, rows[key]?.standard]));
  for (const { key, value, where } of given) {
    const row = rows[key];
    if (row === undefined) {
      problems.push(`${where}: there is no such setting${suggest(key)}`);
      continue;
    }
    const read = row.kind.parse(value);
    if (read === undefined) {
      problems.push(`${where} must be ${row.kind.allowed}; it is ${JSON.stringify(value)}`);
    } else values.set(key, read);
  }
  if (problems.length > 0) throw new ConfigError(problems);
  const config = Object.fromEntries(values) as Config;
  const conflicts = CONFLICTS.filter(({ when }) => when(config)).map(({ problem }) => problem);
  if (conflicts.length > 0) throw new ConfigError(conflicts);
  return config;
}

function fromFile({ file }: ConfigSources, problems: string[]): Given[] {
  if (file === undefined) return [];
  try {
    return flatten(parseToml(file.text), '').map(([key, value]) => ({
      key,
      value,
      where: `${file.name}: ${key}`,
    }));
  } catch (error) {
    problems.push(`${file.name}: ${error instanceof Error ? error.message : String(error)}`);
    return [];
  }
}

function flatten(table: object, prefix: string): [key: string, value: unknown][] {
  return Object.entries(table).flatMap(([name, value]: [string, unknown]) => {
    const isTable = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isTable ? flatten(value, `${prefix}${name}.`) : [[`${prefix}${name}`, value]];
  });
}

function fromEnvironment({ environment }: ConfigSources): Given[] {
  const keys = new Map<string, string>(KEYS.map((key) => [variableOf(key), key]));
  return Object.entries(environment)
    .filter(([name, value]) => name.startsWith(ENVIRONMENT_PREFIX) && value !== undefined)
    .filter(([name, value = '']) => !CLIENT_VARIABLES.has(name) && !isOfService(name, value))
    .map(([name, value]) => ({ key: keys.get(name) ?? name, value, where: name }));
}

function fromFlags({ flags }: ConfigSources): Given[] {
  return Object.entries(flags)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ({
      key,
      value,
      where: `--${key.replaceAll(/[._]/g, '-')}`,
    }));
}

/** A key that ends in the same word, if there is one: most mistakes forget the table. */
function suggest(unknown: string): string {
  const word = unknown.split('.').at(-1) ?? unknown;
  const similar = KEYS.filter((key) => key === word || key.endsWith(`.${word}`));
  return similar.length > 0 ? `; did you mean ${similar.join(' or ')}?` : '';
}
