import { stateStoreContract } from '../../ports/contract/state-store.contract.ts';
import { faultless } from './disk-policy.ts';
import { crash, createMemoryDisk } from './memory-disk.ts';
import { createMemoryStateStore } from './state-store.ts';

for (const survives of [true, false]) {
  const what = survives ? 'keeps' : 'loses';
  stateStoreContract(`The memory state, on a disk that ${what} what is in flight,`, () => {
    const disk = createMemoryDisk({ policy: faultless(setImmediate), chunkBytesMax: 1_000 });
    return {
      create: () => createMemoryStateStore(disk),
      crash: () => crash(disk, () => survives),
      tear: () => crash(disk, ({ inFlight }) => (inFlight ? 'torn' : true)),
      dispose: () => undefined,
    };
  });
}
