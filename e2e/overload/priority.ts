/** Who gets the processor: real attackers have machines of their own. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { setPriority } from 'node:os';

const PREFERRED = -15;

/** Lets a process run before others, until this one ends. */
export function prefer(pid: number): void {
  setPriority(pid, PREFERRED);
  // Where every session is a group for the scheduler, priorities count within a group only.
  const group = `/proc/${pid}/autogroup`;
  if (!isInGroup(group)) return;
  writeFileSync(group, String(PREFERRED));
  process.once('exit', () => {
    if (isInGroup(group)) writeFileSync(group, '0');
  });
}

/** A session as old as the machine's first process has no group: its file is there, and empty. */
function isInGroup(group: string): boolean {
  return existsSync(group) && readFileSync(group, 'utf8') !== '';
}
