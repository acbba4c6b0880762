/** The two gRPC servers of a member: for clients, and for other members and those who run it. */
import { join } from 'node:path';
import { Server } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { ReflectionService } from '@grpc/reflection';
import { HealthImplementation } from 'grpc-health-check';
import { MetaServiceServiceService } from '../../proto/gen/meta/common.ts';
import { AdminServiceService } from '../../proto/gen/robustmq/admin/v1/admin.ts';
import type { KvService } from '../services/kv-service.ts';
import type { AdminService } from '../services/admin/admin-service.ts';
import type { GrpcTransport } from '../transport/grpc/grpc-transport.ts';
import { serverOptions } from '../transport/grpc/options.ts';
import type { TransportOptions } from '../transport/grpc/options.ts';

const PROTO = join(import.meta.dirname, '..', '..', 'proto');

/** Names of services that health is told of; the empty one stands for all. */
const HEALTH = ['', 'meta.service.common.MetaServiceService', 'robustmq.admin.v1.AdminService'];

/** The health of a member, as grpc.health.v1 tells it. */
export interface Health {
  readonly implementation: HealthImplementation;
  set(status: 'NOT_SERVING' | 'SERVING'): void;
}

/** Nobody is served until somebody says so. */
export function createHealth(): Health {
  const implementation = new HealthImplementation(
    Object.fromEntries(HEALTH.map((name) => [name, 'NOT_SERVING'])),
  );
  return {
    implementation,
    set: (status) => {
      for (const name of HEALTH) implementation.setStatus(name, status);
    },
  };
}

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
  health.implementation.addToServer(server);
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
  health.implementation.addToServer(server);
  reflect(server, ['robustmq/admin/v1/admin.proto', 'robustmq/raft/v1/raft.proto']);
  return server;
}

/** Lets tools ask what services there are. */
function reflect(server: Server, files: readonly string[]): void {
  const definitions = loadSync([...files], { includeDirs: [PROTO], keepCase: true });
  new ReflectionService(definitions).addToServer(server);
}
