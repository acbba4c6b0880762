import { encodeWrite } from '../clients/register-machine.ts';
import type { OperationResult } from '../clients/operation.ts';
import type { Observation } from '../observation.ts';
import { describeProperty } from './cases.contract.ts';
import { retriesCarriedOutOnce } from './retries-carried-out-once.ts';
import { applied, entry, invokedPut, returnedOk } from './testing/observations.ts';

const TURNED_AWAY = Uint8Array.of(2);

const command = (id: number, client = 'c'): number[] => [
  ...encodeWrite(
    { kind: 'append', key: 'k', token: `${id}` },
    { request: { client, id }, timeMs: 0 },
  ),
];

const replyOf = (result: OperationResult): Uint8Array =>
  result === undefined ? new Uint8Array() : Buffer.from(JSON.stringify(result));

/** Member `at` met request `id` at `index`: it did what it says, or only answered. */
const met = (
  at: number,
  index: number,
  id: number,
  carriedOut: boolean,
  reply: Uint8Array = replyOf(`result of ${id}`),
): Observation => ({
  ...applied(at, entry(index, 1, 'command', command(id))),
  carriedOut,
  reply,
});

const invoked = (operation: number, id: number): Observation => ({
  ...invokedPut(operation),
  request: { client: 'c', id },
});

describeProperty(retriesCarriedOutOnce, {
  breaks: {
    'a write that is carried out twice': [met(1, 1, 1, true), met(1, 3, 1, true)],
    'a write that another member carries out again': [met(1, 1, 1, true), met(2, 3, 1, true)],
    'a write that one member leaves out': [met(1, 1, 1, true), met(2, 1, 1, false)],
    'another result than the first': [
      met(1, 1, 1, true),
      met(1, 3, 1, false, replyOf('result of 2')),
    ],
    'no result where there was one': [met(1, 1, 1, true), met(1, 3, 1, false, replyOf(undefined))],
    'members with different results': [
      met(1, 1, 1, true),
      met(2, 1, 1, true, replyOf('something else')),
    ],
    'an answer to what nobody carried out': [met(1, 1, 1, false)],
    'a number forgotten': [met(1, 1, 1, true), met(1, 3, 1, false, TURNED_AWAY)],
    'a first number turned away': [met(1, 1, 1, false, TURNED_AWAY)],
    'a next number turned away': [met(1, 1, 1, true), met(1, 2, 2, false, TURNED_AWAY)],
    'a client that is told something else': [
      invoked(7, 1),
      met(1, 1, 1, true),
      returnedOk(7, 1, 'something else'),
    ],
    'a client that is told of what nobody did': [invoked(7, 1), returnedOk(7, 1)],
  },
  holds: {
    'the first result again, from all members': [
      invoked(7, 1),
      met(1, 1, 1, true),
      met(1, 3, 1, false),
      met(2, 1, 1, true),
      met(2, 3, 1, false),
      returnedOk(7, 3, 'result of 1'),
    ],
    'a member that applies its log again after a restart': [
      met(1, 1, 1, true),
      met(1, 2, 2, true),
      met(1, 1, 1, true),
      met(1, 2, 2, true),
    ],
    'an old number turned away': [
      met(1, 1, 1, true),
      met(1, 2, 2, true),
      met(1, 3, 1, false, TURNED_AWAY),
    ],
    'a number behind one that never came': [met(1, 1, 1, true), met(1, 2, 3, true)],
    'an unknown client turned away': [met(1, 1, 2, false, TURNED_AWAY)],
    'the same number of another client': [
      met(1, 1, 1, true),
      {
        ...applied(1, entry(2, 1, 'command', command(1, 'd'))),
        carriedOut: true,
        reply: replyOf('other'),
      },
    ],
    'writes without a number': [
      {
        ...applied(
          1,
          entry(1, 1, 'command', [...encodeWrite({ kind: 'put', key: 'k', value: '' })]),
        ),
      },
    ],
  },
});
