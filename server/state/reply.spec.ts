import assert from 'node:assert/strict';
import { Malformed } from './errors.ts';
import { decodeReply, encodeError, encodeVersion, OK_REPLY } from './reply.ts';

describe('A reply', () => {
  it('comes back as it was', () => {
    assert.deepEqual(decodeReply(OK_REPLY), { kind: 'ok' });
    assert.deepEqual(decodeReply(encodeVersion(300)), { kind: 'okVersion', version: 300 });
  });

  for (const [bytes, text] of [
    [
      encodeError('outcomeUnknown', 5, 7),
      /last request .* was 7, .* request 5 .* robustmq-client-id/,
    ],
    [
      encodeError('outcomeUnknown', 5, 0),
      /nothing is remembered .* request 5 .* robustmq-client-id/,
    ],
    [encodeError('clientsFull', 10_000, 3_600_000), /10000 clients .* 60 minutes/],
    [encodeError('versionNotAnnounced', 2), /not every member .* version 2/],
    [encodeError('versionLowered', 2, 3), /is 3 .* back to 2/],
    [encodeError('memberTooOld', 2, 3), /up to version 2, but version 3/],
    [encodeError('versionNotActive', 2, 1), /needs version 2, but version 1/],
  ] as const) {
    it(`says ${text.source}`, () => {
      const reply = decodeReply(bytes);
      assert(reply.kind === 'error');
      assert.match(reply.text, text);
    });
  }

  for (const bytes of [[], [9], [0, 0], [1], [2], [2, 99]]) {
    it(`is not [${bytes.join()}]`, () => {
      assert.throws(() => decodeReply(Uint8Array.from(bytes)), Malformed);
    });
  }
});
