/**
 * What is sent instead of what was captured: brokers listen elsewhere, and their clocks are those of
 * today. The same is expected instead of it in what comes back.
 */
import type { BrokerNode } from '../../server/codec/robustmq/node.ts';
import type { MqttSession } from '../../server/codec/robustmq/session.ts';
import { bincode } from '../../server/codec/layout/bincode.ts';
import { BrokerNode as NodeLayout } from '../../server/codec/robustmq/node.ts';
import { MqttSession as SessionLayout } from '../../server/codec/robustmq/session.ts';
import { MetaServiceServiceService as Common } from '../../proto/gen/meta/common.ts';
import { MqttServiceService as Mqtt } from '../../proto/gen/meta/mqtt.ts';
import type { Resource } from '../broker/resource.ts';

export interface TranslationSetup {
  /** Where a broker listens in the replay. */
  readonly addressOf: (broker: bigint) => string;
  /** Unix time in seconds. */
  readonly nowS: () => bigint;
}

export interface Translation {
  /** The request to send. */
  request(rpc: string, captured: Buffer): Buffer;
  /** The row to expect. */
  row(resource: Resource, captured: unknown): unknown;
}

const nodeCodec = bincode(NodeLayout);
const sessionCodec = bincode(SessionLayout);

export function createTranslation({ addressOf, nowS }: TranslationSetup): Translation {
  /** What a captured time became when it was first sent. */
  const times = new Map<bigint, bigint>();
  const time = (captured: bigint): bigint => {
    const known = times.get(captured) ?? nowS();
    times.set(captured, known);
    return known;
  };
  const maybeTime = (captured: bigint | undefined): bigint | undefined =>
    captured === undefined ? undefined : time(captured);

  const node = (captured: BrokerNode): BrokerNode => {
    const { extend, node_id, start_time, register_time } = captured;
    const grpc_addr = addressOf(node_id);
    return {
      ...captured,
      grpc_addr,
      extend: { ...extend, mqtt: { ...extend.mqtt, grpc_addr } },
      start_time: time(start_time),
      register_time: time(register_time),
    };
  };
  const session = (captured: MqttSession): MqttSession => ({
    ...captured,
    create_time: time(captured.create_time),
    reconnect_time: maybeTime(captured.reconnect_time),
    distinct_time: maybeTime(captured.distinct_time),
  });

  return {
    request: (rpc, captured) => {
      switch (rpc) {
        case Common.registerNode.path: {
          const request = Common.registerNode.requestDeserialize(captured);
          const bytes = nodeCodec.encode(node(nodeCodec.decode(request.node)));
          return Common.registerNode.requestSerialize({ node: Buffer.from(bytes) });
        }
        case Mqtt.createSession.path: {
          const { sessions } = Mqtt.createSession.requestDeserialize(captured);
          return Mqtt.createSession.requestSerialize({
            sessions: sessions.map((raw) => ({
              ...raw,
              session: Buffer.from(sessionCodec.encode(session(sessionCodec.decode(raw.session)))),
            })),
          });
        }
        default:
          return captured;
      }
    },
    row: (resource, captured) => {
      if (resource === 'Node') return node(captured as BrokerNode);
      return resource === 'Session' ? session(captured as MqttSession) : captured;
    },
  };
}
