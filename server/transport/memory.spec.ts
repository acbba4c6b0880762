import { transportContract } from '../ports/contract/transport.contract.ts';
import { createMemoryNetwork } from './memory.ts';

transportContract('The network in memory', (handler) => {
  const network = createMemoryNetwork(setImmediate);
  network.connect('one', handler);
  network.connect('two', handler);
  return {
    transport: network.transport('one'),
    loseReceiver: () => network.disconnect('two'),
    dispose: () => undefined,
  };
});
