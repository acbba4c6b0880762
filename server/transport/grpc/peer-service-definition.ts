import { PeerServiceService } from '../../../proto/gen/robustmq/raft/v1/raft.ts';

const asItIs = (bytes: Buffer): Buffer => bytes;

/** `PeerService`, but the requests of an exchange are bytes: see `frame-codec.ts`. */
export const peerServiceDefinition = {
  ...PeerServiceService,
  exchange: {
    ...PeerServiceService.exchange,
    requestSerialize: asItIs,
    requestDeserialize: asItIs,
  },
} as const;
