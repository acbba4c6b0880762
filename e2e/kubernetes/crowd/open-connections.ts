/** The connections of a process, as Linux tells of them in /proc. */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

const TABLES = ['tcp', 'tcp6'];
const ESTABLISHED = '01';

/** How many connections of TCP are established; none when the process is gone. */
export function openConnections(pid: number): number {
  try {
    const sockets = new Set(
      readdirSync(`/proc/${pid}/fd`).map((name) => /\d+/.exec(linkOf(pid, name))?.[0]),
    );
    return TABLES.flatMap((table) =>
      establishedIn(readFileSync(`/proc/${pid}/net/${table}`, 'utf8')),
    ).filter((inode) => sockets.has(inode)).length;
  } catch {
    return 0;
  }
}

/** Inodes of the established ones in the text of `/proc/PID/net/tcp`. */
export const establishedIn = (table: string): readonly string[] =>
  table
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/\s+/))
    .flatMap(([, , , state, , , , , , inode = '']) => (state === ESTABLISHED ? [inode] : []));

/** Of a socket: `socket:[inode]`. What was closed in this moment has none. */
function linkOf(pid: number, name: string): string {
  try {
    const target = readlinkSync(`/proc/${pid}/fd/${name}`);
    return target.startsWith('socket:') ? target : '';
  } catch {
    return '';
  }
}
