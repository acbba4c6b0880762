import { logStoreContract } from '../../ports/contract/log-store.contract.ts';
import { faultless } from './disk-policy.ts';
import { createMemoryLogStore } from './log-store.ts';
import { crash, createMemoryDisk } from './memory-disk.ts';

for (const survives of [true, false]) {
  const what = survives ? 'keeps' : 'loses';
  logStoreContract(`The memory log, on a disk that ${what} what is in flight,`, () => {
    const disk = createMemoryDisk({ policy: faultless(setImmediate) });
    return {
      create: () => createMemoryLogStore(disk),
      crash: () => crash(disk, () => survives),
      tear: () => crash(disk, ({ inFlight }) => (inFlight ? 'torn' : true)),
      dispose: () => undefined,
    };
  });
}
