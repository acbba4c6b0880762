/** The two gRPC servers of a member: for clients, and for other members and those who run it. */
import { join } from 'node:path';
import { Server } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { ReflectionService } from '@grpc/reflection';
import { MetaServiceServiceService } from '../../proto/gen/meta/common.ts';
import { AdminServiceService } from '../../proto/gen/robustmq/admin/v1/admin.ts';
import type { KvService } from '../services/kv-service.ts';
import type { AdminService } from '../services/admin/admin-service.ts';
import type { GrpcTransport } from '../transport/grpc/grpc-transport.ts';
import { serverOptions } from '../transport/grpc/options.ts';
import type { TransportOptions } from '../transport/grpc/options.ts';
import type { Health } from './health.ts';

const PROTO = join(import.meta.dirname, '..', '..', 'proto');

/**
 * For clients: everything, of which it gets to see what is not a plain call with one reply.
 *
 * @param messageBytesMax longest message of a client.
 */
export function createClientServer(kv: KvService, health: Health, messageBytesMax: number): Server {
  const server = new Server({
    'grpc.max_receive_message_length': messageBytesMax,
    'grpc.enable_channelz': 0,
  });
  server.addService(MetaServiceServiceService, { ...kv });
  health.addTo(server);
  reflect(server, ['meta/common.proto']);
  return server;
}

export function createPeerServer(
  transport: GrpcTransport,
  admin: AdminService,
  health: Health,
  options: TransportOptions,
): Server {
  const server = new Server(serverOptions(options));
  const { definition, implementation } = transport.service;
  server.addService(definition, { ...implementation });
  server.addService(AdminServiceService, { ...admin.handlers });
  health.addTo(server);
  reflect(server, ['robustmq/admin/v1/admin.proto', 'robustmq/raft/v1/raft.proto']);
  return server;
}

/** Lets tools ask what services there are. */
function reflect(server: Server, files: readonly string[]): void {
  const definitions = loadSync([...files], { includeDirs: [PROTO], keepCase: true });
  new ReflectionService(definitions).addToServer(server);
}
