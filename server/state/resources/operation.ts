/** Something that can be done to records, by name: what a command asks for. */
import { bincode } from '../../codec/layout/bincode.ts';
import { unit } from '../../codec/layout/layout.ts';
import type { Layout } from '../../codec/layout/layout.ts';
import type { Change } from '../command.ts';
import type { PushAction, PushType } from './push.ts';
import type { Refusal } from './refusal.ts';
import type { Records, ResourceFacts } from './resource.ts';

/** The version of commands that brought the first operations. */
const OPERATIONS_SINCE = 3;

/** A type of push, and an action with it. */
export type TellingName = `${PushType}/${PushAction}`;

/** What is known of an operation, whatever it takes. */
export interface OperationFacts {
  /** In the log: never used again for another, and what it takes never changes. */
  readonly name: string;
  /** The version of commands that introduced it. */
  readonly since: number;
  /** What it does, for people. */
  readonly does: string;
  readonly changes: readonly ResourceFacts[];
  /** What it takes. */
  readonly layout: Layout;
  /** What brokers may be told of it. */
  readonly tells: readonly TellingName[];
  /** Applies it. Throws CodecError for arguments that nobody encodes. */
  readonly run: (records: Records, args: Uint8Array) => OperationOutcome;
}

/** A refusal, or an encoded result. */
export type OperationOutcome =
  | { readonly kind: 'refused'; readonly refusal: Refusal }
  | { readonly kind: 'done'; readonly result: Uint8Array };

export interface Operation<Args, Result = null> extends OperationFacts {
  /** Throws CodecError if a number or text does not fit. */
  readonly encode: (args: Args) => Uint8Array;
  readonly decodeResult: (result: Uint8Array) => Result;
}

interface Definition<Args, Result> {
  readonly name: string;
  readonly since?: number;
  readonly does: string;
  readonly changes: readonly ResourceFacts[];
  readonly tells: readonly TellingName[];
  readonly args: Layout<Args>;
  readonly result: Layout<Result>;
  readonly apply: (records: Records, args: Args) => { readonly result: Result } | Refusal;
}

/** What a command asks for, as it will be proposed. */
export const changeOf = <Args>(
  operation: Operation<Args, unknown>,
  args: Args,
): Pick<Change, 'args' | 'kind' | 'operation'> => ({
  kind: 'change',
  operation: operation.name,
  args: operation.encode(args),
});

/** An operation that answers something. */
export function operation<Args, Result>(
  definition: Definition<Args, Result>,
): Operation<Args, Result> {
  const { name, since = OPERATIONS_SINCE, does, changes, tells, apply } = definition;
  const args = bincode(definition.args);
  const result = bincode(definition.result);
  return {
    name,
    since,
    does,
    changes,
    tells,
    layout: definition.args,
    encode: (value) => args.encode(value),
    decodeResult: (bytes) => result.decode(bytes),
    run: (records, bytes) => {
      const outcome = apply(records, args.decode(bytes));
      return 'code' in outcome
        ? { kind: 'refused', refusal: outcome }
        : { kind: 'done', result: result.encode(outcome.result) };
    },
  };
}

/** An operation that is done, or refused. */
export const plainOperation = <Args>(
  definition: Omit<Definition<Args, null>, 'apply' | 'result'> & {
    readonly apply: (records: Records, args: Args) => Refusal | undefined;
  },
): Operation<Args> =>
  operation({
    ...definition,
    result: unit,
    apply: (records, args) => definition.apply(records, args) ?? DONE,
  });

const DONE = { result: null };
