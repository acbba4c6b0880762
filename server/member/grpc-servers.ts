/**
 * The two servers of grpc-js in a member: for clients, and for other members and those who run it.
 * What nearly all calls are of does not reach them, see `../rpc`.
 */
import { join } from 'node:path';
import { Server } from '@grpc/grpc-js';
import { service as healthService } from 'grpc-health-check';
import { PeerServiceService } from '../../proto/gen/robustmq/raft/v1/raft.ts';
import { AdminServiceService } from '../../proto/gen/robustmq/admin/v1/admin.ts';
import type { ClientService } from '../services/client-service.ts';
import { grpcHandlers } from './grpc-handlers.ts';
import type { AdminService } from '../services/admin/admin-service.ts';
import type { GrpcTransport } from '../transport/grpc/grpc-transport.ts';
import type { Health } from './health.ts';
import { PROGRAM_ROOT } from './program.ts';
import { addReflection, REFLECTION_PATHS } from './reflection.ts';

const META_FILES = ['common', 'mqtt', 'engine', 'kafka', 'amqp', 'nats', 'mq9'].map(
  (name) => `meta/${name}.proto`,
);

const PROTO = join(PROGRAM_ROOT, 'proto');

/** What both know: health and reflection. */
export const COMMON_PATHS: ReadonlySet<string> = new Set([
  ...Object.values(healthService).map(({ path }) => path),
  ...REFLECTION_PATHS,
]);

/**
 * For clients: everything, of which it gets to see what is not a plain call with one reply.
 *
 * @param messageBytesMax longest message of a client.
 */
export function createClientServer(
  services: readonly ClientService[],
  health: Health,
  messageBytesMax: number,
): Server {
  const server = new Server({
    'grpc.max_receive_message_length': messageBytesMax,
    'grpc.enable_channelz': 0,
  });
  for (const service of services) server.addService(service.definition, grpcHandlers(service));
  health.addTo(server);
  addReflection(server, PROTO, META_FILES);
  return server;
}

/** For members and operators: what it gets to see is stamped with the role of its caller. */
export function createPeerServer(
  { service }: Pick<GrpcTransport, 'service'>,
  admin: AdminService,
  health: Health,
  messageBytesMax: number,
): Server {
  const server = new Server({
    'grpc.max_send_message_length': -1,
    'grpc.max_receive_message_length': messageBytesMax,
    'grpc.enable_channelz': 0,
  });
  server.addService(PeerServiceService, { ...service.handlers });
  server.addService(AdminServiceService, { ...admin.handlers });
  health.addTo(server);
  addReflection(server, PROTO, ['robustmq/admin/v1/admin.proto', 'robustmq/raft/v1/raft.proto']);
  return server;
}
