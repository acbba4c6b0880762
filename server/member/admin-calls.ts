import { Metadata } from '@grpc/grpc-js';
import type { CallOptions, ServiceError } from '@grpc/grpc-js';
import { AdminServiceClient } from '../../proto/gen/robustmq/admin/v1/admin.ts';
import type { Status } from '../../proto/gen/robustmq/admin/v1/admin.ts';
import type { PeerCredentials } from '../transport/grpc/credentials.ts';

/** What a member asks of another one's admin service; each rejects with gRPC's ServiceError. */
export interface AdminCalls {
  status(address: string): Promise<Status>;
  addLearner(
    address: string,
    configurationIndex: number,
    directory: string,
    peerAddress: string,
  ): Promise<void>;
  promote(address: string, configurationIndex: number, memberId: number): Promise<void>;
}

type Done<Response> = (error: ServiceError | null, response: Response) => void;
type Ask<Response> = (
  client: AdminServiceClient,
  metadata: Metadata,
  options: Partial<CallOptions>,
  done: Done<Response>,
) => unknown;

/** @param limitMs of one call. */
export function createAdminCalls(
  credentials: Pick<PeerCredentials, 'channel'>,
  limitMs: number,
): AdminCalls {
  /** A channel for each call: addresses change, and calls are rare. */
  async function call<Response>(address: string, ask: Ask<Response>): Promise<Response> {
    const client = new AdminServiceClient(address, credentials.channel());
    const deadline = Date.now() + limitMs;
    try {
      return await new Promise((resolve, reject) => {
        ask(client, new Metadata(), { deadline }, (error, response) => {
          if (error === null) resolve(response);
          else reject(error);
        });
      });
    } finally {
      client.close();
    }
  }

  return {
    status: async (address) => {
      const { status } = await call<{ readonly status: Status | undefined }>(
        address,
        (client, ...rest) => client.status({}, ...rest),
      );
      if (status === undefined) throw new Error(`${address} answered without a status`);
      return status;
    },
    addLearner: async (address, configurationIndex, directory, peerAddress) => {
      const request = { configurationIndex, directory, peerAddress };
      await call(address, (client, ...rest) => client.addLearner(request, ...rest));
    },
    promote: async (address, configurationIndex, memberId) => {
      const request = { configurationIndex, memberId };
      await call(address, (client, ...rest) => client.promote(request, ...rest));
    },
  };
}
