/** The image that holds the namespaces of a pod: one program, which waits. */
import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { PAUSE_IMAGE } from '../cluster/node.ts';
import { packImage } from './archive.ts';

/** Returns the archive, which lies beside the program. */
export function pauseImage(program: string): string {
  const archive = `${program}.tar`;
  if (existsSync(archive)) return archive;
  const root = mkdtempSync(join(dirname(program), '.pause-'));
  try {
    copyFileSync(program, join(root, 'pause'));
    packImage(archive, { name: PAUSE_IMAGE, root, entrypoint: ['/pause'] });
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
  return archive;
}
