/** What becomes of what a socket was given when its process is killed. */
import type { Socket } from 'node:net';
import koffi from 'koffi';

/** As Linux numbers them (asm-generic/socket.h). */
const SOL_SOCKET = 1;
const SO_LINGER = 13;
/** `struct linger`: on, and for no time. */
const AT_ONCE = new Int32Array([1, 0]);

const setsockopt = koffi.load(null).func('int setsockopt(int, int, int, const void *, uint32_t)');

/**
 * Has the system drop what this socket has not delivered when it is closed, be it because the process
 * is killed, and tell the other end by a reset (socket(7), SO_LINGER). Without it the system goes on
 * delivering for minutes. Node has no name for it, but for closing by a reset.
 *
 * To be called before anything is written. Does nothing on other systems than Linux.
 */
export function dropUnsent(socket: Socket): void {
  if (process.platform !== 'linux') return;
  socket.once('connect', () => {
    const { _handle: handle } = socket as unknown as { _handle: { fd: number } | null };
    if (handle !== null) setsockopt(handle.fd, SOL_SOCKET, SO_LINGER, AT_ONCE, AT_ONCE.byteLength);
  });
}
