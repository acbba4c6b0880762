/**
 * A process that installs a snapshot, and kills itself before a given change of the file system.
 *
 * Arguments: data directory, that of the sender, count of changes it may make. Prints `installed` when
 * it has, and the count of changes it made.
 */
import { writeSync } from 'node:fs';
import fs from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import type { StagedSnapshot, StatePosition } from '../../../ports/state-store.ts';
import { createLevelStorage } from '../level-storage.ts';
import { completes, valueOf } from './content.ts';
import { SMALL } from './directory.ts';

const [, , path = '', from = '', allowed = ''] = process.argv;

let changes = 0;

function change(): void {
  if (changes === Number(allowed)) process.kill(process.pid, 'SIGKILL');
  changes += 1;
}

const { mkdir, open, rename, rm } = fs;
Object.assign(fs, {
  mkdir: (...args: Parameters<typeof mkdir>) => {
    change();
    return mkdir(...args);
  },
  rename: (...args: Parameters<typeof rename>) => {
    change();
    return rename(...args);
  },
  rm: (...args: Parameters<typeof rm>) => {
    change();
    return rm(...args);
  },
  open: async (...args: Parameters<typeof open>) => {
    const handle = await open(...args);
    const sync = handle.sync.bind(handle);
    return Object.assign(handle, {
      sync: () => {
        change();
        return sync();
      },
    });
  },
});
syncBuiltinESMExports();

const { state } = createLevelStorage(path, SMALL);
const { state: sender } = createLevelStorage(from, SMALL);
await valueOf<StatePosition>((done) => state.open(done));
await valueOf<StatePosition>((done) => sender.open(done));
const source = sender.snapshot();
const staged = await valueOf<StagedSnapshot>((done) => state.stage(source, done));
source.close();
await completes((done) => state.install(staged, done));
writeSync(1, 'installed\n');
await completes((done) => state.close(done));
await completes((done) => sender.close(done));
writeSync(1, `${changes} changes\n`);
