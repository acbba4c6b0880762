/** Which connections calls of a broker go over, and what it remembers of one that it took back. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { status } from '@grpc/grpc-js';
import { MetaServiceServiceService as Common } from '../../proto/gen/meta/common.ts';
import { createMetaCalls } from './meta-calls.ts';
import { startScriptedMeta, type Fault, type ScriptedMeta } from './testing/scripted-meta.ts';

const { path, requestSerialize } = Common.heartbeat;
const BEAT = requestSerialize({ nodeId: 1n });
/** Of a call that nobody takes back. */
const CALL_MS_MAX = 600;

const beatsAt = ({ called }: ScriptedMeta): number => called.filter((rpc) => rpc === path).length;

describe('a call that a broker takes back', function () {
  this.timeout(20_000);
  let metas: readonly [ScriptedMeta, ScriptedMeta];

  beforeEach(async () => {
    metas = [await startScriptedMeta([]), await startScriptedMeta([])];
  });
  afterEach(() => {
    for (const meta of metas) meta.close();
  });

  it('leaves it asking first, for ever, where the leader was said to be', async () => {
    const [member, dark] = metas;
    const rpc_addr = `Some(Node { node_id: 2, rpc_addr: "${dark.address}" })`;
    const redirect: Fault = {
      ...{ kind: 'status', code: status.INTERNAL },
      details: `has to forward request to: Some(2), ${rpc_addr}`,
    };
    member.faults.set(path, [redirect]);
    dark.faults.set(
      path,
      Array.from({ length: 9 }, () => ({ kind: 'silence' }) as const),
    );
    const calls = createMetaCalls({ clear: () => Promise.resolve(), callMsMax: CALL_MS_MAX });
    for (let round = 1; round <= 3; round += 1) {
      const limit = AbortSignal.timeout(CALL_MS_MAX / 2);
      await assert.rejects(calls.call([member.address], path, BEAT, limit), {
        name: 'TimeoutError',
      });
      // Longer than a call would have lasted that went on by itself.
      await new Promise((resolve) => setTimeout(resolve, CALL_MS_MAX));
      assert.deepEqual([beatsAt(member), beatsAt(dark)], [1, round]);
    }
    await calls.call([member.address], path, BEAT);
    assert.equal(beatsAt(member), 2, 'one that ended by itself is forgotten');
    calls.close();
  });
});

describe('a call to where nobody takes connections', function () {
  this.timeout(20_000);
  const sockets: Socket[] = [];
  // It takes connections, and says nothing on them: they are never open.
  const dark = createServer((socket) => void sockets.push(socket));
  const calls = createMetaCalls({ clear: () => Promise.resolve(), callMsMax: 100 });

  before(() => once(dark.listen(0, '127.0.0.1'), 'listening'));
  after(() => {
    calls.close();
    for (const socket of sockets) socket.destroy();
    dark.close();
  });

  it('is an attempt on another connection each time', async () => {
    const { port } = dark.address() as AddressInfo;
    for (let count = 1; count <= 3; count += 1) {
      const outcome = await calls.call([`127.0.0.1:${port}`], path, BEAT);
      assert.equal(outcome.kind === 'failed' && outcome.text, 'ConnectError: timed out');
      assert.equal(sockets.length, 3 * count);
    }
  });
});
