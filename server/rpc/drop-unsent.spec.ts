/** Of a socket whose process is killed while the other end takes nothing. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';

/** The system takes so much at once, and delivers less while nobody reads. */
const TAKEN_BYTES = 1 << 20;
const OURS = new URL('drop-unsent.ts', import.meta.url);

describe('What a socket was given whose process is killed', () => {
  let server: Server;

  beforeEach(async () => {
    server = createServer({ pauseOnConnect: true }).listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  afterEach(() => server.close());

  /** Connects to here, is given something to send, and killed; then that is read. */
  async function arrivedOf(prepare: string): Promise<{ bytes: number; ended: string }> {
    const { port } = server.address() as AddressInfo;
    const script = `
      import { connect } from 'node:net';
      import { dropUnsent } from '${OURS.href}';
      const socket = connect(${port}, '127.0.0.1');
      ${prepare}
      socket.write(Buffer.alloc(${TAKEN_BYTES}), () => console.log('taken'));
    `;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script]);
    const [[socket]] = (await Promise.all([
      once(server, 'connection'),
      once(child.stdout, 'data'),
    ])) as [[Socket], unknown];
    child.kill('SIGKILL');
    await once(child, 'exit');
    return readAll(socket);
  }

  function readAll(socket: Socket): Promise<{ bytes: number; ended: string }> {
    let ended = 'in good order';
    socket.on('error', ({ message }) => (ended = message));
    socket.resume();
    return new Promise((resolve) => {
      socket.once('close', () => resolve({ bytes: socket.bytesRead, ended }));
    });
  }

  it('is dropped by the system', async function () {
    if (process.platform !== 'linux') this.skip();
    const dropped = await arrivedOf('dropUnsent(socket);');
    assert.match(dropped.ended, /ECONNRESET/);
    assert.ok(dropped.bytes < TAKEN_BYTES, `${dropped.bytes} arrived`);
    assert.deepEqual(await arrivedOf(''), { bytes: TAKEN_BYTES, ended: 'in good order' });
  });
});
