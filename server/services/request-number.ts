import type { Metadata } from '@grpc/grpc-js';
import { CLIENT_NAME_BYTES_MAX } from '../state/command-codec.ts';
import type { Request } from '../state/command.ts';
import { accept, fail } from './answer.ts';
import type { Answer } from './answer.ts';
import { invalid } from './status-of.ts';

/** Metadata of clients that number their writes. */
const CLIENT_ID_KEY = 'robustmq-client-id';
const REQUEST_ID_KEY = 'robustmq-request-id';

// No comma: HTTP/2 joins with commas what is sent twice.
const CLIENT_ID = new RegExp(`^[A-Za-z0-9._:@/-]{1,${CLIENT_NAME_BYTES_MAX}}$`);
const REQUEST_ID = /^[1-9][0-9]{0,15}$/;

/** A write's number, if it has one. INVALID_ARGUMENT names the key that is wrong or missing. */
export function requestNumber(metadata: Pick<Metadata, 'get'>): Answer<Request | undefined> {
  const client = single(metadata, CLIENT_ID_KEY);
  const id = single(metadata, REQUEST_ID_KEY);
  if (client === undefined && id === undefined) return accept(undefined);
  if (client === undefined) return wrong(CLIENT_ID_KEY, `missing beside ${REQUEST_ID_KEY}`);
  if (id === undefined) return wrong(REQUEST_ID_KEY, `missing beside ${CLIENT_ID_KEY}`);
  if (!CLIENT_ID.test(client)) {
    return wrong(
      CLIENT_ID_KEY,
      `1 to ${CLIENT_NAME_BYTES_MAX} letters, digits or any of . _ : @ / - are allowed`,
    );
  }
  const number = Number(id);
  if (!REQUEST_ID.test(id) || !Number.isSafeInteger(number)) {
    return wrong(REQUEST_ID_KEY, 'a number from 1 to 9007199254740991 is allowed');
  }
  return accept({ client, id: number });
}

const wrong = (key: string, problem: string): Answer<never> => fail(invalid(`${key}: ${problem}`));

/** All values as one, so that two are as wrong as none. */
function single(metadata: Pick<Metadata, 'get'>, key: string): string | undefined {
  const values = metadata.get(key);
  return values.length === 0 ? undefined : values.map(String).join(',');
}
