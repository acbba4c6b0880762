import { decodeUtf8 } from './byte-source.ts';
import { CodecError } from './codec-error.ts';

/** A number as it was written: as one of JavaScript's it would lose digits beyond 2^53. */
export class NumberText {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** As serde_json has it. */
const DEPTH_MAX = 127;

/**
 * JSON, with its numbers as `NumberText`.
 *
 * @throws CodecError if it is none, or nested too deeply.
 */
export function parseJson(bytes: Uint8Array): unknown {
  const text = decodeUtf8(bytes);
  checkDepth(text);
  try {
    return JSON.parse(text, keepNumber);
  } catch (cause) {
    throw new CodecError('json', `not JSON: ${String(cause)}`, { cause });
  }
}

/** The third argument came with ES2026. */
const keepNumber = (
  _key: string,
  value: unknown,
  context?: { readonly source?: string },
): unknown =>
  typeof value === 'number' ? new NumberText(context?.source ?? String(value)) : value;

/** A reviver is called on the stack, once more for each level. */
function checkDepth(text: string): void {
  let depth = 0;
  let quoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at];
    if (quoted) {
      if (character === '\\') at += 1;
      else if (character === '"') quoted = false;
    } else if (character === '"') quoted = true;
    else if (character === '{' || character === '[') {
      depth += 1;
      if (depth > DEPTH_MAX) throw new CodecError('json', `nested more than ${DEPTH_MAX} deep`);
    } else if (character === '}' || character === ']') depth -= 1;
  }
}
