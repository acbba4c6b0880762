/** What brokers are told of a change, for their caches. */
import { CACHE_PUSHES } from '../../codec/robustmq/cache-pushes.ts';
import type { CachePush } from '../../codec/robustmq/cache-pushes.ts';
import type { Codec } from '../../codec/layout/codec.ts';
import type { Key } from './key.ts';

type Pushes = typeof CACHE_PUSHES;

/** As in `BrokerUpdateCacheResourceType`. */
export type PushType = keyof Pushes;

/** As in `BrokerUpdateCacheActionType`. */
export type PushAction = 'Create' | 'Update' | 'Delete';

/** One record of an `UpdateCache`. */
export interface Push {
  readonly type: PushType;
  readonly action: PushAction;
  readonly payload: Uint8Array;
  /** A broker that knows already. */
  readonly except?: bigint;
  /** Told again and again while it holds: not kept for brokers that are away. */
  readonly repeated?: true;
}

type Changed<Type extends PushType> = Pushes[Type]['changed'] extends Codec<infer T> ? T : never;
type Deleted<Type extends PushType> = Pushes[Type]['deleted'] extends Codec<infer T> ? T : never;

/** Who is told what of a kind of records. */
export interface Telling<Value> {
  readonly type: PushType;
  /** What a record that was put is called: what brokers react to differs. Its payload is the record. */
  readonly put: 'Create' | 'Update';
  /** The payload when a record was deleted; nobody is told when there is none. */
  readonly deleted: ((key: Key, record: Uint8Array) => Uint8Array) | undefined;
  /** The broker that is not to be told of this record: it knows, and goes by what it knows. */
  readonly except: ((value: Value) => bigint) | undefined;
  /** Whether brokers were told of a record that is there that it is deleted. */
  readonly hides: ((value: Value) => boolean) | undefined;
  /** Whether a broker that starts loads those that there are. */
  readonly loaded: boolean;
}

interface TellOptions<Type extends PushType> {
  readonly put?: 'Update';
  /** What is told of a deletion, if not the record as it was. */
  readonly deleted?: 'nothing' | ((key: Key) => Deleted<Type>);
  readonly except?: (value: Changed<Type>) => bigint;
  readonly hides?: (value: Changed<Type>) => boolean;
  readonly loaded?: false;
}

/** All brokers are told. */
export function tell<Type extends PushType>(
  type: Type,
  options: TellOptions<Type> = {},
): Telling<Changed<Type>> {
  const { put = 'Create', deleted = 'record', except, hides, loaded = true } = options;
  // The table says so, each type of its own, which the compiler does not follow.
  const push = CACHE_PUSHES[type] as CachePush<unknown, unknown>;
  return {
    type,
    put,
    except,
    hides,
    loaded,
    deleted:
      deleted === 'nothing'
        ? undefined
        : deleted === 'record'
          ? (_key, record) => record
          : (key) => push.deleted.encode(deleted(key)),
  };
}
