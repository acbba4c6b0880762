/** The kinds of values that settings have: how each is written, and what is refused. */

/** Reads one setting, from text (environment, flag) or from a value of the file. */
export interface Kind<Value> {
  /** What is allowed, to complete "… must be". */
  readonly allowed: string;
  /** `undefined`: not allowed. */
  parse(given: unknown): Value | undefined;
  /** As one would write it in the file. */
  show(value: Value): string;
}

const DURATION_MS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };
const SIZE_BYTES: Readonly<Record<string, number>> = {
  B: 1,
  KiB: 1 << 10,
  MiB: 1 << 20,
  GiB: 1 << 30,
};

const match = (pattern: RegExp, given: unknown): readonly (string | undefined)[] =>
  (typeof given === 'string' ? pattern.exec(given) : undefined) ?? [];

/** A number with a unit, as whole units of the smallest. A bare number could mean anything. */
function quantity(units: Readonly<Record<string, number>>, allowed: string): Kind<number> {
  const pattern = new RegExp(`^([0-9]+)(${Object.keys(units).join('|')})$`);
  const largestFirst = Object.entries(units).sort(([, a], [, b]) => b - a);
  return {
    allowed,
    parse: (given) => {
      const [, digits, unit] = match(pattern, given);
      if (digits === undefined || unit === undefined) return undefined;
      const value = Number(digits) * (units[unit] ?? NaN);
      return Number.isSafeInteger(value) ? value : undefined;
    },
    show: (value) => {
      const [unit, size] = largestFirst.find(([, each]) => value % each === 0) ?? ['', 1];
      return JSON.stringify(`${value / size}${unit}`);
    },
  };
}

/** Least and greatest value, in the words of people; nothing where there is none. */
interface Bounds {
  readonly min?: string;
  readonly max?: string;
}

const within =
  (kind: Kind<number>) =>
  ({ min, max }: Bounds): Kind<number> => {
    const [least, most] = [kind.parse(min) ?? 0, kind.parse(max) ?? Number.MAX_SAFE_INTEGER];
    const bounds = [
      min === undefined ? '' : `, at least "${min}"`,
      max === undefined ? '' : `, at most "${max}"`,
    ];
    return {
      ...kind,
      allowed: kind.allowed + bounds.join(''),
      parse: (given) => {
        const value = kind.parse(given);
        return value !== undefined && value >= least && value <= most ? value : undefined;
      },
    };
  };

/** Milliseconds. */
export const duration = quantity(
  DURATION_MS,
  'a whole number with a unit: ms, s, m or h, such as "100ms"',
);

/** Bytes. */
export const size = quantity(
  SIZE_BYTES,
  'a whole number with a unit: B, KiB, MiB or GiB, such as "4MiB"',
);

/** Milliseconds within bounds, such as `{ min: '10ms' }`. */
export const durationWithin = within(duration);

/** Bytes within bounds, such as `{ min: '1KiB', max: '32MiB' }`. */
export const sizeWithin = within(size);

export const count = (min: number, max: number): Kind<number> => ({
  allowed: `a whole number from ${min} to ${max}`,
  parse: (given) => {
    const value = typeof given === 'string' && /^[0-9]+$/.test(given) ? Number(given) : given;
    return Number.isSafeInteger(value) && Number(value) >= min && Number(value) <= max
      ? Number(value)
      : undefined;
  },
  show: String,
});

export const flag: Kind<boolean> = {
  allowed: 'true or false',
  parse: (given) => {
    if (given === true || given === 'true') return true;
    if (given === false || given === 'false') return false;
    return undefined;
  },
  show: String,
};

export const choice = <Value extends string>(...values: readonly Value[]): Kind<Value> => ({
  allowed: `one of ${values.map((value) => `"${value}"`).join(', ')}`,
  parse: (given) => values.find((value) => value === given),
  show: (value) => JSON.stringify(value),
});

export const path: Kind<string> = {
  allowed: 'a path that is not empty',
  parse: (given) => (typeof given === 'string' && given !== '' ? given : undefined),
  show: (value) => JSON.stringify(value),
};

/** Where something listens or is reached. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

const HOST = /^(?:\[([0-9a-fA-F:.]+)\]|([a-zA-Z0-9.-]+)):([0-9]{1,5})$/;

/** `host:port`; a literal IPv6 host in brackets. */
export const address: Kind<Address> = {
  allowed: 'host:port, such as "127.0.0.1:1228" or "[::1]:1228"',
  parse: (given) => {
    const [, v6, name, digits] = match(HOST, given);
    const host = v6 ?? name;
    const port = Number(digits);
    return host === undefined || port > 65_535 ? undefined : { host, port };
  },
  show: (value) => JSON.stringify(showAddress(value)),
};

/** Stands for every address of a machine, so nobody is reached at it. */
export const isWildcard = (host: string): boolean => /^[0:.]+$/.test(host);

/** `host:port` at which others find it. */
export const destination: Kind<Address> = {
  ...address,
  allowed: `${address.allowed}, at which others find it: neither a wildcard nor port 0`,
  parse: (given) => {
    const value = address.parse(given);
    return value === undefined || isWildcard(value.host) || value.port === 0 ? undefined : value;
  },
};

/** `host:port`, as `address` reads it. */
export const showAddress = ({ host, port }: Address): string =>
  host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;

/** A list in the file; parts between commas elsewhere. */
export function listOf<Value>(kind: Kind<Value>): Kind<readonly Value[]> {
  return {
    allowed: `a list; each ${kind.allowed}`,
    parse: (given) => {
      const parts: unknown = typeof given === 'string' ? given.split(',') : given;
      if (!Array.isArray(parts)) return undefined;
      const values = parts.map((part: unknown) =>
        kind.parse(typeof part === 'string' ? part.trim() : part),
      );
      const good = values.filter((value) => value !== undefined);
      return good.length === values.length ? good : undefined;
    },
    show: (values) => `[${values.map((value) => kind.show(value)).join(', ')}]`,
  };
}
