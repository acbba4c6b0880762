/** The admin API of a simulated member, at the address of its pod. */
import { Server, ServerCredentials } from '@grpc/grpc-js';
import type { handleUnaryCall } from '@grpc/grpc-js';
import { AdminServiceService } from '../../../proto/gen/robustmq/admin/v1/admin.ts';
import { PORTS } from '../../../operator/resources/ports.ts';
import type { Material } from '../../../operator/sim/members/fleet.ts';
import { Refusal } from './refusal.ts';
import type { SimulatedMember } from './simulated-cluster.ts';

/** What a member proves itself with, in PEM. */
export interface ServerMaterial extends Material {
  readonly key: string;
}

export interface MemberServer {
  /** Cuts every connection. */
  close(): void;
}

/** Resolves when it listens. Rejects when somebody else does so there. */
export async function startMemberServer(
  ip: string,
  member: SimulatedMember,
  { authorities, certificate, key }: ServerMaterial,
): Promise<MemberServer> {
  const { status, bootstrap, changeMembership, transfer } = AdminServiceService;
  const server = new Server();
  server.addService(
    { status, bootstrap, changeMembership, transfer },
    {
      status: answering(() => member.status()),
      bootstrap: answering((request: Parameters<SimulatedMember['bootstrap']>[0]) =>
        member.bootstrap(request),
      ),
      changeMembership: answering((request: Parameters<SimulatedMember['changeMembership']>[0]) =>
        member.changeMembership(request),
      ),
      transfer: answering((request: Parameters<SimulatedMember['transfer']>[0]) =>
        member.transfer(request),
      ),
    },
  );
  const pair = { private_key: Buffer.from(key), cert_chain: Buffer.from(certificate) };
  const credentials = ServerCredentials.createSsl(Buffer.from(authorities), [pair], true);
  await new Promise<void>((resolve, reject) => {
    server.bindAsync(`${ip}:${PORTS.peer}`, credentials, (error) => {
      if (error === null) resolve();
      else
        reject(
          new Error(`end what listens on ${ip}:${PORTS.peer}, which a member needs`, {
            cause: error,
          }),
        );
    });
  });
  return { close: () => server.forceShutdown() };
}

const answering =
  <Request, Response>(answer: (request: Request) => Response): handleUnaryCall<Request, Response> =>
  ({ request }, reply) => {
    try {
      reply(null, answer(request));
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      reply({ code: error.code, details: error.message });
    }
  };
