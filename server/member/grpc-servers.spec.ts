import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { credentials, loadPackageDefinition, ServerCredentials } from '@grpc/grpc-js';
import type { Client, ClientDuplexStream, Server } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { createPeerServer, createClientServer } from './grpc-servers.ts';
import { createHealth } from './health.ts';

interface Answer {
  readonly fileDescriptorResponse?: { readonly fileDescriptorProto: readonly Buffer[] };
  readonly listServicesResponse?: { readonly service: readonly { readonly name: string }[] };
}

interface Reflection extends Client {
  serverReflectionInfo(): ClientDuplexStream<object, Answer>;
}

const PROTO = createRequire(import.meta.url).resolve(
  '@grpc/reflection/build/proto/grpc/reflection/v1/reflection.proto',
);

const SERVERS = [
  {
    of: 'clients',
    create: () => createClientServer([], createHealth(), 1_000),
    services: 7,
    symbols: [
      'meta.service.common.SetRequest',
      'meta.service.mqtt.MqttService',
      'meta.service.journal.EngineService',
      'meta.service.mq9.Mq9Service',
    ],
  },
  {
    of: 'peers',
    create: () => {
      const transport = { service: { handlers: {} } } as Parameters<typeof createPeerServer>[0];
      const admin = { handlers: {} } as Parameters<typeof createPeerServer>[1];
      return createPeerServer(transport, admin, createHealth(), 1_000);
    },
    services: 2,
    symbols: ['robustmq.admin.v1.AdminService', 'robustmq.raft.v1.PeerService'],
  },
];

async function ask(server: Server, requests: readonly object[]): Promise<readonly Answer[]> {
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) => {
      if (error === null) resolve(bound);
      else reject(error);
    });
  });
  const { grpc } = loadPackageDefinition(loadSync(PROTO)) as unknown as {
    grpc: { reflection: { v1: { ServerReflection: new (...args: unknown[]) => Reflection } } };
  };
  const client = new grpc.reflection.v1.ServerReflection(
    `127.0.0.1:${port}`,
    credentials.createInsecure(),
  );
  const call = client.serverReflectionInfo();
  try {
    for (const request of requests) call.write(request);
    call.end();
    const answers: Answer[] = [];
    for await (const answer of call) answers.push(answer as Answer);
    return answers;
  } finally {
    client.close();
    server.forceShutdown();
  }
}

describe('Reflection', () => {
  for (const { of, create, services, symbols } of SERVERS) {
    it(`tells ${of} what there is, with the files of each`, async () => {
      const [list, ...files] = await ask(create(), [
        { listServices: '' },
        ...symbols.map((name) => ({ fileContainingSymbol: name })),
      ]);
      assert.equal(list!.listServicesResponse?.service.length, services);
      for (const [at, symbol] of symbols.entries()) {
        assert.ok(files[at]!.fileDescriptorResponse?.fileDescriptorProto.length, symbol);
      }
    });
  }
});
