import { deepStrictEqual, ok, rejects, strictEqual } from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { Server, ServerCredentials, status as codes } from '@grpc/grpc-js';
import type { sendUnaryData, ServerUnaryCall } from '@grpc/grpc-js';
import {
  AdminServiceService,
  Status,
  type TransferRequest,
  type TransferResponse,
} from '../../proto/gen/robustmq/admin/v1/admin.ts';
import { AdminError } from './admin-error.ts';
import { createConnections } from './connections.ts';
import type { Connections } from './connections.ts';
import { createGrpcMembers } from './grpc-members.ts';
import type { Endpoint, Members } from './members.ts';

/** How a member answers Transfer, by the id that is asked for. */
const ANSWERS: readonly ['carried out' | 'nothing' | codes, 'done' | 'refused' | 'unknown'][] = [
  ['carried out', 'done'],
  [codes.FAILED_PRECONDITION, 'refused'],
  [codes.ABORTED, 'refused'],
  [codes.INVALID_ARGUMENT, 'refused'],
  [codes.UNAVAILABLE, 'refused'],
  [codes.PERMISSION_DENIED, 'refused'],
  [codes.DEADLINE_EXCEEDED, 'unknown'],
  [codes.INTERNAL, 'unknown'],
  ['nothing', 'unknown'],
];

describe('members over gRPC', () => {
  const server = new Server();
  let at: Endpoint;
  let connections: Connections;
  let members: Members;
  const asked: TransferRequest[] = [];

  before(async () => {
    const { status, transfer } = AdminServiceService;
    server.addService(
      { status, transfer },
      {
        status: (_call: unknown, reply: sendUnaryData<unknown>) =>
          reply(null, { status: { ...Status.decode(new Uint8Array()), directory: 'here' } }),
        transfer: (
          { request }: ServerUnaryCall<TransferRequest, TransferResponse>,
          reply: sendUnaryData<TransferResponse>,
        ) => {
          asked.push(request);
          const [answer] = ANSWERS[request.memberId]!;
          if (answer === 'carried out') reply(null, { leaderId: 1 });
          // It ends in the middle of the call.
          else if (answer === 'nothing') server.forceShutdown();
          else reply({ code: answer, details: 'said so' });
        },
      },
    );
    const port = await new Promise<number>((resolve, reject) => {
      server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
        error ? reject(error) : resolve(bound),
      );
    });
    at = { ip: '127.0.0.1', port, tls: undefined };
    connections = createConnections(() => performance.now(), { idleMs: 200, sweepMs: 20 });
    members = createGrpcMembers(connections);
  });
  after(() => {
    connections.close();
    server.forceShutdown();
  });

  it('say how they are', async () => {
    strictEqual((await members.status(at))?.directory, 'here');
  });

  it('say nothing when nobody is there', async () => {
    strictEqual(await members.status({ ...at, port: 1 }), undefined);
  });

  it('were asked for nothing when there was no connection', async () => {
    const request = { configurationIndex: 1, memberId: 0, term: 7 };
    await rejects(
      members.transfer({ ...at, port: 1 }, request),
      (error) => error instanceof AdminError && error.code === 'refused',
    );
  });

  ANSWERS.forEach(([answer, wanted], memberId) => {
    const name = typeof answer === 'number' ? codes[answer] : answer;
    it(`${name}: ${wanted}`, async () => {
      const request = { configurationIndex: 1, memberId, term: 7 };
      const outcome = await members.transfer(at, request).then(
        () => 'done',
        (error: unknown) => (error instanceof AdminError ? error.code : error),
      );
      deepStrictEqual(outcome, wanted);
      deepStrictEqual(asked.at(-1), request);
    });
  });

  it('are left when they are spoken to no more', async () => {
    ok(connections.size() > 0);
    for (let n = 0; n < 500 && connections.size() > 0; n += 1) await sleep(10);
    strictEqual(connections.size(), 0);
  });
});
