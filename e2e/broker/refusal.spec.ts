import assert from 'node:assert/strict';
import { readRefusal, readSecondRefusal, type Refusal } from './refusal.ts';

const quoted = (details: string): string =>
  `status: 'Internal error', self: ${JSON.stringify(details)}`;
const LEADER = 'Some(2), Some(Node { node_id: 2, rpc_addr: "10.0.0.2:1228" })';
const redirect = (address: string): Refusal => ({ kind: 'redirect', address });

describe('an error of a meta server, as a broker reads it', () => {
  const first: readonly [what: string, text: string, expected: Refusal][] = [
    ['a redirect', quoted(`has to forward request to: ${LEADER}`), redirect('10.0.0.2:1228')],
    [
      'a redirect within another text',
      quoted(`Failed to write offset partition 't/g': has to forward request to: ${LEADER}`),
      redirect('10.0.0.2:1228'),
    ],
    [
      'a redirect to nobody',
      quoted('has to forward request to: None, None'),
      { kind: 'elsewhere' },
    ],
    [
      'a redirect whose address is not the last field',
      quoted('has to forward request to: Some(Node { rpc_addr: "a:1", node_id: 2 })'),
      redirect('a:1,node_id:2'),
    ],
    [
      'a redirect that is not closed',
      quoted('has to forward request to: Some(Node { rpc_addr: "a:1"'),
      redirect('a:1'),
    ],
    [
      'a redirect of a server that is unavailable',
      `status: 'The service is currently unavailable', self: "has to forward request to: ${LEADER}"`,
      redirect('10.0.0.2:1228'),
    ],
    ['no connection', 'tcp connect error', { kind: 'down' }],
    [
      'a server that is unavailable',
      "status: 'The service is currently unavailable'",
      { kind: 'down' },
    ],
    [
      'a follower that does not read for others',
      quoted('meta-service node is not currently the raft leader for ListAcl'),
      { kind: 'elsewhere' },
    ],
    ['a call that is not there', "status: 'Operation is not implemented'", { kind: 'final' }],
    ['a connection that was lost', "status: 'Unknown error'", { kind: 'final' }],
    ['a refusal', quoted('Topic [t] does not exist'), { kind: 'final' }],
  ];
  for (const [what, text, expected] of first) {
    it(`${what}: ${expected.kind}`, () => assert.deepEqual(readRefusal(text), expected));
  }

  it('after a redirect only a server that is down is not final', () => {
    assert.deepEqual(readSecondRefusal(quoted(`has to forward request to: ${LEADER}`)), {
      kind: 'final',
    });
    assert.deepEqual(readSecondRefusal('tcp connect error'), { kind: 'down' });
  });
});
