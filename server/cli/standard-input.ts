import type { Readable } from 'node:stream';
import { CliError } from './cli-error.ts';

/** Everything that is piped in, as text. A person who types ends it with Ctrl-D. */
export async function readAll(stdin: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stdin) {
    chunks.push(Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk)));
  }
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.concat(chunks));
  } catch {
    throw new CliError('usage', 'What is piped in is no UTF-8 text, and values are text.');
  }
}
