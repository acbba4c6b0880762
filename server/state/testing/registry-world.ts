import { CACHE_PUSHES } from '../../codec/robustmq/cache-pushes.ts';
import type { BrokerNode } from '../../codec/robustmq/node.ts';
import { COMMAND_VERSION_MAX } from '../command-kinds.ts';
import { changeOf } from '../resources/operation.ts';
import type { StateMachine } from '../machine.ts';
import type { Operation } from '../resources/operation.ts';
import type { Push } from '../resources/push.ts';
import type { Reply } from '../reply.ts';
import { createReplica } from './replica.ts';
import type { Replica } from './replica.ts';

/** A replica on which everything may be done. */
export interface RegistryWorld extends Replica {
  readonly change: <Args>(operation: Operation<Args, unknown>, args: Args) => Reply;
  readonly result: <Args, Result>(operation: Operation<Args, Result>, args: Args) => Result;
  /** Replicated time in ms, of the next change. */
  readonly pass: (ms: number) => void;
  /** Those since it was asked last, as `type/action` and what they say. */
  readonly told: () => readonly (readonly [string, unknown])[];
}

export function createRegistryWorld(stateMachine?: StateMachine): RegistryWorld {
  const replica = createReplica(stateMachine);
  let timeMs = 1_700_000_000_000;
  let seen = 0;
  const announcement = {
    directory: 'd',
    peerAddress: 'p',
    clientAddress: 'c',
    commandVersionMax: COMMAND_VERSION_MAX,
  };
  replica.apply({ kind: 'announce', timeMs, announcement });
  replica.apply({ kind: 'raiseVersion', timeMs, version: COMMAND_VERSION_MAX, directories: ['d'] });
  const change: RegistryWorld['change'] = (operation, args) => {
    const before = replica.pushes.length;
    const reply = replica.apply({ ...changeOf(operation, args), timeMs: (timeMs += 1) });
    for (const { type, action } of replica.pushes.slice(before)) {
      const told = `${type}/${action}` as const;
      if (!operation.tells.includes(told)) {
        throw new Error(`${operation.name} does not say that it tells ${told}`);
      }
    }
    return reply;
  };
  return {
    ...replica,
    change,
    pass: (ms) => void (timeMs += ms),
    result: (operation, args) => {
      const reply = change(operation, args);
      if (reply.kind !== 'okResult') throw new Error(JSON.stringify(reply));
      return operation.decodeResult(reply.result);
    },
    told: () => replica.pushes.slice(seen, (seen = replica.pushes.length)).map(read),
  };
}

const read = ({ type, action, payload, except }: Push): readonly [string, unknown] => {
  const { changed, deleted } = CACHE_PUSHES[type];
  const decoded = (action === 'Delete' ? deleted : changed).decode(payload);
  const to = except === undefined ? '' : ` but ${except}`;
  return [`${type}/${action}${to}`, decoded];
};

/** A node of a broker. */
export const nodeOf = (id: bigint, roles: readonly string[] = ['broker']): BrokerNode => ({
  roles,
  extend: {
    mqtt: {
      grpc_addr: '',
      mqtt_addr: '',
      mqtts_addr: '',
      websocket_addr: '',
      websockets_addr: '',
      quic_addr: '',
    },
    nats: { tcp_addr: '', tls_addr: '', ws_addr: '', wss_addr: '' },
    kafka: { tcp_addr: '' },
  },
  node_id: id,
  node_ip: '',
  grpc_addr: `n${id}:1228`,
  http_addr: '',
  engine_addr: '',
  start_time: 1n,
  register_time: 2n,
  storage_fold: [],
});
