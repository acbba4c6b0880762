import { stateStoreContract } from '../../ports/contract/state-store.contract.ts';
import { createTestDirectory } from './testing/directory.ts';

stateStoreContract('The LevelDB state', () => {
  const directory = createTestDirectory();
  return { ...directory, create: () => directory.storage().state };
});
