/** The health of a member, as grpc.health.v1 tells it. */
import type { Server, ServerWritableStream } from '@grpc/grpc-js';
import { HealthImplementation } from 'grpc-health-check';

export interface Health {
  set(status: 'NOT_SERVING' | 'SERVING'): void;
  /** Serves `grpc.health.v1` there. */
  addTo(server: Server): void;
}

/** Names of services that health is told of; the empty one stands for all. */
const NAMES = ['', 'meta.service.common.MetaServiceService', 'robustmq.admin.v1.AdminService'];

type Watch = (call: ServerWritableStream<{ service: string }, { status: string }>) => void;

/** Nobody is served until somebody says so. */
export function createHealth(): Health {
  const implementation = new HealthImplementation(
    Object.fromEntries(NAMES.map((name) => [name, 'NOT_SERVING'])),
  );
  return {
    set: (status) => {
      for (const name of NAMES) implementation.setStatus(name, status);
    },
    addTo: (server) =>
      implementation.addToServer({
        addService: (definition, handlers) =>
          server.addService(definition, {
            ...handlers,
            watch: watchOnly(new Set(NAMES), handlers['watch'] as Watch),
          }),
      }),
  };
}

/**
 * Answers who watches any other name, as the protocol asks for, and forgets it: what it would be
 * told of never comes, and grpc-health-check keeps something for every name ever watched.
 */
export function watchOnly(names: ReadonlySet<string>, watch: Watch): Watch {
  return (call) => {
    if (names.has(call.request.service)) watch(call);
    else call.write({ status: 'SERVICE_UNKNOWN' });
  };
}
