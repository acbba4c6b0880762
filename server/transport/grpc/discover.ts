import { PeerServiceClient } from '../../../proto/gen/robustmq/raft/v1/raft.ts';
import type { Announcement } from '../../ports/address-book.ts';
import type { PeerCredentials } from './credentials.ts';
import { announcementOf, greetingOf } from './greeting.ts';
import type { Greeter } from './greeting.ts';
import { clientOptions } from './options.ts';
import type { TransportOptions } from './options.ts';
import { isDisplaced, targetOf } from './peer-call.ts';

/** What a question stands on. */
export interface DiscoverPorts extends Greeter {
  readonly credentials: Pick<PeerCredentials, 'channel'>;
  readonly options: TransportOptions;
  /** See `GrpcTransportSetup`. */
  readonly displaced: (reason: string) => void;
}

/**
 * Who the process at `address` is, whatever cluster it belongs to. Rejects with gRPC's
 * `ServiceError` when it does not answer within the time for a greeting.
 */
export function discover(ports: DiscoverPorts, address: string): Promise<Announcement> {
  const { credentials, options } = ports;
  const client = new PeerServiceClient(
    targetOf(address),
    credentials.channel(),
    clientOptions(options),
  );
  const deadline = Date.now() + options.greetingTimeoutMs;
  const request = { greeting: greetingOf(ports, '') };
  return new Promise<Announcement>((resolve, reject) => {
    client.makeUnaryRequest(
      PeerServiceClient.service.hello.path,
      PeerServiceClient.service.hello.requestSerialize,
      PeerServiceClient.service.hello.responseDeserialize,
      request,
      { deadline },
      (error, response) => {
        if (error !== null) {
          if (isDisplaced(error)) ports.displaced(error.details);
          reject(error);
          return;
        }
        try {
          resolve(announcementOf(response?.greeting));
        } catch (refusal) {
          reject(refusal instanceof Error ? refusal : new Error(String(refusal)));
        }
      },
    );
  }).finally(() => client.close());
}
