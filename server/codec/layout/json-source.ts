/**
 * JSON, read from the front. Not `JSON.parse`: it says nothing of keys that come twice, and what V8
 * makes of a key can depend on what it has parsed before (the key `\u0000` becomes a backslash after
 * an object that had one in its place), so that members would not agree.
 */
import { decodeUtf8 } from './byte-source.ts';
import { wellFormed } from './byte-sink.ts';
import { CodecError, excerpt } from './codec-error.ts';

export interface JsonSource {
  readonly text: string;
  at: number;
}

/** @throws CodecError if it is no UTF-8. */
export const createJsonSource = (bytes: Uint8Array): JsonSource => ({
  text: decodeUtf8(bytes),
  at: 0,
});

/** The character that the next token begins with; none at the end. */
export function peek(source: JsonSource): string {
  for (; ; source.at += 1) {
    const character = source.text.charAt(source.at);
    if (character !== ' ' && character !== '\n' && character !== '\r' && character !== '\t') {
      return character;
    }
  }
}

/** Whether the next token was this one, which is then read. */
export function taken(source: JsonSource, token: string): boolean {
  const found = peek(source) !== '' && source.text.startsWith(token, source.at);
  if (found) source.at += token.length;
  return found;
}

/** Refuses what comes next. */
export function refuse(source: JsonSource, expected: string): never {
  throw new CodecError('json', `${expected} is expected, not ${nextOf(source)}`);
}

function nextOf(source: JsonSource): string {
  switch (peek(source)) {
    case '':
      return 'the end';
    case '{':
      return 'an object';
    case '[':
      return 'a list';
    case '"':
      return 'a text';
    default: {
      const [word] = WORD.exec(source.text.slice(source.at, source.at + 50)) ?? [];
      return excerpt(word ?? source.text.charAt(source.at));
    }
  }
}

const WORD = /^[\w.+-]+/;

function expect(source: JsonSource, token: string): void {
  if (!taken(source, token)) refuse(source, token);
}

export function takeEnd(source: JsonSource): void {
  if (peek(source) !== '') refuse(source, 'the end');
}

const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?/y;

/** A number as it is written. */
export function takeNumber(source: JsonSource): string {
  peek(source);
  NUMBER.lastIndex = source.at;
  const [digits] = NUMBER.exec(source.text) ?? refuse(source, 'a number');
  source.at += digits.length;
  return digits;
}

const FIRST_PRINTABLE = 0x20;

/** A text, without half a surrogate pair: an escape can name one. */
export function takeText(source: JsonSource): string {
  if (peek(source) !== '"') refuse(source, 'a text');
  const { text } = source;
  const start = source.at;
  let escaped = false;
  for (let at = start + 1; at < text.length; at += 1) {
    const character = text.charAt(at);
    if (character === '"') {
      source.at = at + 1;
      return escaped ? unescape(text.slice(start, at + 1)) : text.slice(start + 1, at);
    }
    if (character === '\\') {
      escaped = true;
      at += 1;
    } else if (text.charCodeAt(at) < FIRST_PRINTABLE) {
      throw new CodecError('json', 'a text has a control character in it');
    }
  }
  throw new CodecError('json', 'a text has no end');
}

function unescape(quoted: string): string {
  let text: unknown;
  try {
    text = JSON.parse(quoted);
  } catch (cause) {
    throw new CodecError('json', 'a text has an escape that there is not', { cause });
  }
  return wellFormed(String(text));
}

/** Reads a list; `element` reads one of it. */
export function takeElements(source: JsonSource, element: () => void): void {
  if (!taken(source, '[')) refuse(source, 'a list');
  if (taken(source, ']')) return;
  do element();
  while (taken(source, ','));
  expect(source, ']');
}

/** Reads an object; `member` reads the value of a key. */
export function takeMembers(source: JsonSource, member: (key: string) => void): void {
  if (!taken(source, '{')) refuse(source, 'an object');
  if (taken(source, '}')) return;
  do {
    const key = takeText(source);
    expect(source, ':');
    member(key);
  } while (taken(source, ','));
  expect(source, '}');
}

/** As serde_json has it. */
const DEPTH_MAX = 127;

/** Passes over a value, whatever it is. */
export function skip(source: JsonSource, depth = 1): void {
  if (depth > DEPTH_MAX) throw new CodecError('json', `nested more than ${DEPTH_MAX} deep`);
  const inner = (): void => skip(source, depth + 1);
  const next = peek(source);
  if (next === '{') takeMembers(source, inner);
  else if (next === '[') takeElements(source, inner);
  else if (next === '"') takeText(source);
  else if (!['null', 'true', 'false'].some((word) => taken(source, word))) takeNumber(source);
}
