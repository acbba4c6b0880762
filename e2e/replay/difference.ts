/** Where two trees differ. */
import { canonical } from '../broker/canonical.ts';

export interface Difference {
  /** Names of fields, from the outermost on: what is known of a field is known of it in every row. */
  readonly field: string;
  /** Keys of rows and indexes on the way there. */
  readonly at: string;
  /** Undefined: there is nothing. */
  readonly captured: unknown;
  readonly ours: unknown;
}

/** Every leaf in which `ours` differs. */
export function differencesOf(
  field: string,
  captured: unknown,
  ours: unknown,
  at = '',
): readonly Difference[] {
  if (captured === ours || canonical([captured]) === canonical([ours])) return [];
  const [these, those] = [partsOf(captured), partsOf(ours)];
  if (these === undefined || those === undefined) return [{ field, at, captured, ours }];
  return [...new Set([...these.keys(), ...those.keys()])].flatMap((name) => {
    const [of, where] = /^[A-Za-z_]\w*$/.test(name)
      ? [`${field}.${name}`, at]
      : [field, at === '' ? name : `${at} ${name}`];
    return differencesOf(of, these.get(name), those.get(name), where);
  });
}

/** What can be compared one by one. Of lists of plain values the whole is told, as of texts. */
function partsOf(value: unknown): ReadonlyMap<string, unknown> | undefined {
  if (value instanceof Uint8Array || typeof value !== 'object' || value === null) return undefined;
  if (value instanceof Map) {
    return new Map([...value].map(([key, of]) => [String(key), of as unknown] as const));
  }
  if (!Array.isArray(value)) return new Map(Object.entries(value));
  const of = value as readonly unknown[];
  if (of.every((each) => typeof each !== 'object')) return undefined;
  return new Map(of.map((each, index) => [String(index), each]));
}
