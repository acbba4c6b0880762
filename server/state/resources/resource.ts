/**
 * A kind of records that the cluster keeps for brokers: one row of the registry. What can be done to
 * them (`derived.ts`), what brokers are told (`push.ts`), lists of them and their bound follow from it.
 */
import { bincode } from '../../codec/layout/bincode.ts';
import type { Codec } from '../../codec/layout/codec.ts';
import { json } from '../../codec/layout/json.ts';
import type { Layout } from '../../codec/layout/layout.ts';
import type { Key } from './key.ts';
import type { Push, PushAction, Telling } from './push.ts';
import type { Refusal, RefusalCode } from './refusal.ts';

/** What is known of a kind of records, whatever they hold. */
export interface ResourceFacts {
  /** Its table: part of every key, so it never changes. */
  readonly table: string;
  /** What the parts of a key are. */
  readonly keyParts: readonly string[];
  /**
   * How brokers list it: record by record, or in one reply, of all or of one tenant (the first part of
   * the key), which must not become longer than they can receive.
   */
  readonly listed: 'streamed' | 'whole' | 'byTenant';
  readonly told: Pick<Telling<never>, 'deleted' | 'put' | 'type'> | undefined;
  /** What becomes of a record with a key that is taken. `told`: it stays, and brokers are told of it again. */
  readonly exists: 'replaced' | 'kept' | 'told' | RefusalCode;
  /** What becomes of the deletion of what is not there. `told`: brokers are told of it all the same. */
  readonly missing: 'ignored' | 'told' | RefusalCode;
  readonly cascade: Pick<Cascade<never>, 'to'> | undefined;
}

export interface Resource<Value> extends ResourceFacts {
  /** As it is stored, and as brokers are told. */
  readonly codec: Codec<Value>;
  readonly layout: Layout<Value>;
  /** As rpcs carry it. */
  readonly wire: Codec<Value>;
  readonly keyOf: (value: Value) => Key;
  readonly told: Telling<Value> | undefined;
  /** What else must be there before a record is put. */
  readonly requires: ((records: Records, value: Value) => Refusal | undefined) | undefined;
  readonly cascade: Cascade<Value> | undefined;
}

/** What is deleted with a record. */
export interface Cascade<Value> {
  readonly to: ResourceFacts;
  readonly run: (records: Records, value: Value) => void;
}

/** The records while a command is applied: what it changes is seen at once, and kept unless it is refused. */
export interface Records {
  /** The position of the command in the log: no other one has it. */
  readonly index: number;
  /** Replicated time in ms; it passes. */
  nowMs(): number;
  /** What every table adds to the epochs that it counts itself. */
  epochBase(): bigint;
  get<Value>(resource: Resource<Value>, key: Key): Value | undefined;
  /** Those whose keys begin with these parts, in the order of their keys. */
  list<Value>(resource: Resource<Value>, parts: Key): Iterable<Value>;
  /** @param action what brokers are told instead of what the row says; `silent`: nothing. */
  put<Value>(
    resource: Resource<Value>,
    value: NoInfer<Value>,
    action?: PushAction | 'silent',
  ): void;
  /** Deletes what is there, and what hangs on it. */
  remove<Value>(resource: Resource<Value>, value: Value, action?: 'silent'): void;
  /** Tells brokers of a record without changing it. */
  tell<Value>(
    resource: Resource<Value>,
    value: Value,
    action?: PushAction,
    how?: Pick<Push, 'repeated'>,
  ): void;
  /** Tells brokers that a record is not there. */
  tellMissing<Value>(resource: Resource<Value>, key: Key): void;
  /** Tells brokers something else. */
  push(push: Push): void;
}

interface Row<Value> {
  readonly table: string;
  readonly layout: Layout<Value>;
  /** The fields that name it, in order; or what is made of a field. */
  readonly key: readonly (KeyField<Value> | ComputedPart<Value>)[];
  readonly told?: Telling<Value>;
  readonly wire?: 'json';
  readonly listed?: ResourceFacts['listed'];
  readonly exists?: ResourceFacts['exists'];
  readonly missing?: ResourceFacts['missing'];
  readonly requires?: Resource<Value>['requires'];
  readonly cascade?: Cascade<Value>;
}

type KeyField<Value> = {
  [Name in keyof Value]: Value[Name] extends string | number | bigint ? Name : never;
}[keyof Value] &
  string;

interface ComputedPart<Value> {
  readonly name: string;
  readonly of: (value: Value) => string;
}

/** A row with what it does not say. */
export function resource<Value>(row: Row<Value>): Resource<Value> {
  const { table, layout, key, told, listed = 'streamed' } = row;
  const codec = bincode(layout);
  return {
    table,
    layout,
    codec,
    wire: row.wire === 'json' ? json(layout) : codec,
    keyParts: key.map((part) => (typeof part === 'string' ? part : part.name)),
    keyOf: (value) =>
      key.map((part) => (typeof part === 'string' ? String(value[part]) : part.of(value))),
    told,
    listed,
    exists: row.exists ?? 'replaced',
    missing: row.missing ?? 'ignored',
    requires: row.requires,
    cascade: row.cascade,
  };
}

/** Deletes with a record all of another kind whose keys begin with these parts. Brokers do it themselves. */
export const cascadeTo = <Value, Other>(
  to: Resource<Other>,
  parts: (value: Value) => Key,
  where: (other: Other, value: Value) => boolean,
): Cascade<Value> => ({
  to,
  run: (records, value) => {
    for (const other of records.list(to, parts(value))) {
      if (where(other, value)) records.remove(to, other, 'silent');
    }
  },
});
