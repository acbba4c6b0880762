import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A file of the status page, as it is sent. */
export interface PageFile {
  readonly type: string;
  readonly body: Buffer;
}

const FILES = {
  '/': ['index.html', 'text/html; charset=utf-8'],
  '/page/style.css': ['style.css', 'text/css; charset=utf-8'],
  '/page/page.js': ['page.js', 'text/javascript; charset=utf-8'],
  '/page/view.js': ['view.js', 'text/javascript; charset=utf-8'],
} as const;

/** Reads the status page in `folder`, once: by path, and no other path leads to a file. */
export function readPage(folder: string): ReadonlyMap<string, PageFile> {
  return new Map(
    Object.entries(FILES).map(([path, [name, type]]) => [
      path,
      { type, body: readFileSync(join(folder, name)) },
    ]),
  );
}
