/** The gRPC server of a broker. */
import { Server, ServerCredentials, status } from '@grpc/grpc-js';
import type { handleUnaryCall } from '@grpc/grpc-js';
import { BrokerServiceService, type BrokerServiceServer } from '../../proto/gen/broker/broker.ts';

/** What it answers, by rpc. */
export type BrokerHandlers = {
  readonly [Rpc in keyof BrokerServiceServer as string extends Rpc ? never : Rpc]: Handler<
    BrokerServiceServer[Rpc]
  >;
};

type Handler<Call> =
  Call extends handleUnaryCall<infer Request, infer Reply>
    ? (request: Request) => Reply | Promise<Reply>
    : never;

export interface Listener {
  readonly address: string;
  /** Drops everything at once. */
  readonly close: () => void;
}

export interface ListenerSetup {
  /** `host:port`; port 0: any. */
  readonly address: string;
  readonly handlers: BrokerHandlers;
  /** Resolves when a call may be handled. */
  readonly clear: () => Promise<void>;
}

const MESSAGE_BYTES_MAX = 256 << 20;

export async function startListener(setup: ListenerSetup): Promise<Listener> {
  const { address, handlers, clear } = setup;
  const server = new Server({ 'grpc.max_receive_message_length': MESSAGE_BYTES_MAX });
  const served = <Request, Reply>(
    handler: (request: Request) => Reply | Promise<Reply>,
  ): handleUnaryCall<Request, Reply> => {
    const answer = async (request: Request): Promise<Reply> => {
      await clear();
      return handler(request);
    };
    return ({ request }, done) => {
      answer(request).then(
        (reply) => done(null, reply),
        (error: unknown) => done({ code: status.INTERNAL, details: String(error) }),
      );
    };
  };
  server.addService(BrokerServiceService, {
    updateCache: served(handlers.updateCache),
    sendLastWillMessage: served(handlers.sendLastWillMessage),
    getQosDataByClientId: served(handlers.getQosDataByClientId),
    getShardSegmentDeleteStatus: served(handlers.getShardSegmentDeleteStatus),
    sendShareGroupMessage: served(handlers.sendShareGroupMessage),
    queryReplicaLeo: served(handlers.queryReplicaLeo),
    fetchAmqpQueueMessage: served(handlers.fetchAmqpQueueMessage),
  });
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync(address, ServerCredentials.createInsecure(), (error, bound) => {
      if (error === null) resolve(bound);
      else reject(error);
    });
  });
  const [host] = address.split(':');
  return { address: `${host ?? ''}:${port}`, close: () => server.forceShutdown() };
}
