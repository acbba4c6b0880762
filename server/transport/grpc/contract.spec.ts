import { transportContract } from '../../ports/contract/transport.contract.ts';
import { DEFAULT_TRANSPORT_OPTIONS } from './options.ts';
import { introduce, startPeer } from './testing/test-peer.ts';

transportContract('gRPC', async (handler) => {
  const snapshot = { ...DEFAULT_TRANSPORT_OPTIONS.snapshot, resumesMax: 1 };
  const one = await startPeer({ directory: 'one', member: 1, options: { snapshot } });
  const two = await startPeer({ directory: 'two', member: 2, handler });
  introduce(one, two);
  return {
    transport: one.transport.transport,
    loseReceiver: () => two.kill(),
    dispose: async () => {
      await one.dispose();
      await two.dispose();
    },
  };
});
