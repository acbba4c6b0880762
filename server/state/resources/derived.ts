/** What can be done to every kind of records. */
import { list, string } from '../../codec/layout/layout.ts';
import type { Key } from './key.ts';
import { plainOperation } from './operation.ts';
import type { Operation, TellingName } from './operation.ts';
import { refuse } from './refusal.ts';
import type { Refusal, RefusalCode } from './refusal.ts';
import type { Records, Resource, ResourceFacts } from './resource.ts';

/** Operations that follow from a row. Each takes many, all of which are done, or none. */
export interface Writes<Value> {
  readonly resource: Resource<Value>;
  readonly put: Operation<readonly Value[]>;
  readonly remove: Operation<readonly Key[]>;
}

export const writesOf = <Value>(resource: Resource<Value>): Writes<Value> => ({
  resource,
  put: plainOperation({
    name: `${resource.table}.put`,
    does: `puts ${resource.table}; ${whatExists(resource)}`,
    changes: [resource],
    tells: toldOfPut(resource),
    args: list(resource.layout),
    apply: (records, values) => firstRefusal(values, (value) => put(records, resource, value)),
  }),
  remove: removeOf(resource),
});

export const removeOf = <Value>(resource: Resource<Value>): Operation<readonly Key[]> =>
  plainOperation({
    name: `${resource.table}.remove`,
    does: `deletes ${resource.table}${withIt(resource)}; ${whatMissing(resource)}`,
    changes: resource.cascade === undefined ? [resource] : [resource, resource.cascade.to],
    tells: toldOfRemoval(resource),
    args: list(list(string)),
    apply: (records, keys) => firstRefusal(keys, (key) => remove(records, resource, key)),
  });

/** Puts what is there already, and nothing else. */
export const replaceOf = <Value>(
  resource: Resource<Value>,
  missing: RefusalCode,
): Operation<Value> =>
  plainOperation({
    name: `${resource.table}.replace`,
    does: `replaces ${resource.table}; what is not there is refused`,
    changes: [resource],
    tells: toldOfPut(resource),
    args: resource.layout,
    apply: (records, value) => {
      const key = resource.keyOf(value);
      if (records.get(resource, key) === undefined) return refuse(missing, ...key);
      records.put(resource, value);
      return undefined;
    },
  });

const toldOfPut = ({ told }: ResourceFacts): readonly TellingName[] =>
  told === undefined ? [] : [`${told.type}/${told.put}`];

const toldOfRemoval = ({ told }: ResourceFacts): readonly TellingName[] =>
  told?.deleted === undefined ? [] : [`${told.type}/Delete`];

const EXISTS: Readonly<Record<string, string>> = {
  replaced: 'what is there is replaced',
  kept: 'what is there stays',
  told: 'what is there stays, and brokers are told of it again',
};

const MISSING: Readonly<Record<string, string>> = {
  ignored: 'what is not there is ignored',
  told: 'brokers are told of what is not there as well',
};

const whatExists = ({ exists }: ResourceFacts): string =>
  EXISTS[exists] ?? 'what is there is refused';

const whatMissing = ({ missing }: ResourceFacts): string =>
  MISSING[missing] ?? 'what is not there is refused';

const withIt = ({ cascade }: ResourceFacts): string =>
  cascade === undefined ? '' : `, and with it ${cascade.to.table}`;

function firstRefusal<Each>(
  all: readonly Each[],
  apply: (each: Each) => Refusal | undefined,
): Refusal | undefined {
  for (const each of all) {
    const refusal = apply(each);
    if (refusal !== undefined) return refusal;
  }
  return undefined;
}

function put<Value>(
  records: Records,
  resource: Resource<Value>,
  value: Value,
): Refusal | undefined {
  const { exists } = resource;
  const refusal = resource.requires?.(records, value);
  if (refusal !== undefined) return refusal;
  const key = resource.keyOf(value);
  const before = exists === 'replaced' ? undefined : records.get(resource, key);
  if (before === undefined || exists === 'replaced') records.put(resource, value);
  else if (exists === 'told') records.tell(resource, before);
  else if (exists !== 'kept') return refuse(exists, ...key);
  return undefined;
}

function remove<Value>(records: Records, resource: Resource<Value>, key: Key): Refusal | undefined {
  const { missing } = resource;
  const before = records.get(resource, key);
  if (before !== undefined) records.remove(resource, before);
  else if (missing === 'told') records.tellMissing(resource, key);
  else if (missing !== 'ignored') return refuse(missing, ...key);
  return undefined;
}
