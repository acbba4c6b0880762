/** Requests of every rpc, made of what its message says on the wire. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { WireFile } from '../../../proto/testing/wire-file.ts';

const FILES = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../../proto/testdata/robustmq-0.4.11.json'), 'utf8'),
) as readonly WireFile[];

/** A field somewhere in a request, as its message declares it. */
export interface Leaf {
  readonly message: string;
  /** `topic_name`. */
  readonly field: string;
  readonly type: string;
}

export interface MadeRequest {
  readonly request: Readonly<Record<string, unknown>>;
  readonly leaves: readonly Leaf[];
}

/** What texts, bytes and numbers are; lists have one item. */
export type Fill = (leaf: Leaf) => unknown;

/** @param path `/package.Service/Rpc`. */
export function madeRequest(path: string, fill: Fill): MadeRequest {
  const [, service = '', rpc = ''] = path.split('/');
  const file = FILES.find((each) => `${each.package}.${each.service}` === service);
  const declared = file?.rpcs.find((each) => each.startsWith(`${rpc}(`));
  const message = declared?.slice(declared.indexOf('(') + 1, declared.indexOf(')'));
  if (file === undefined || message === undefined) throw new Error(`nothing declares ${path}`);
  const leaves: Leaf[] = [];
  const request = made(file, message, (leaf) => {
    leaves.push(leaf);
    return fill(leaf);
  });
  return { request, leaves };
}

function made(file: WireFile, message: string, fill: Fill): Record<string, unknown> {
  const fields = file.messages[message];
  if (fields === undefined) throw new Error(`nothing declares ${message}`);
  return Object.fromEntries(
    fields.map((declared) => {
      const words = declared.split(' ');
      const [type = '', field = ''] = words.slice(-4);
      const value = type in file.messages ? made(file, type, fill) : fill({ message, field, type });
      return [propertyOf(field), words[0] === 'repeated' ? [value] : value];
    }),
  );
}

/** As generated code names a field. */
const propertyOf = (field: string): string =>
  field.replaceAll(/_([a-z0-9])/g, (_all, letter: string) => letter.toUpperCase());

/** A number of the type that generated code has for it. */
export function numberAs(type: string, value: number): unknown {
  if (type === 'bool') return value > 0;
  return type.endsWith('64') ? BigInt(value) : value;
}
