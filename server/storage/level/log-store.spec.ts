import { logStoreContract } from '../../ports/contract/log-store.contract.ts';
import { createTestDirectory } from './testing/directory.ts';

logStoreContract('The LevelDB log', () => {
  const directory = createTestDirectory();
  return { ...directory, create: () => directory.storage().log };
});
