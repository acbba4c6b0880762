/** Brokers that register, beat and acknowledge what they are told, and do nothing else. */
import { MetaServiceServiceService as Common } from '../../../proto/gen/meta/common.ts';
import { bincode } from '../../../server/codec/layout/bincode.ts';
import { BrokerNode } from '../../../server/codec/robustmq/node.ts';
import { nodeOf, withAddress } from '../../broker/node-of.ts';
import { freeAddresses } from '../../processes/ports.ts';
import { leaderFirst, type ClusterUnderTest } from '../clusters/cluster.ts';
import { handOver, type Context } from './scenario.ts';

/** No run takes longer. */
const LIFE_SECONDS = 1_500;

const nodeCodec = bincode(BrokerNode);

/** Writes down so many brokers for the generator, with ids from 1 on; returns the path. */
export async function describeDoubles(
  { workspace }: Pick<Context, 'workspace'>,
  count: number,
): Promise<string> {
  const startS = BigInt(Math.floor(Date.now() / 1_000));
  const brokers = (await freeAddresses(count)).map((address, at) => {
    const id = BigInt(at + 1);
    const node = withAddress(nodeOf({ id, roles: ['broker'], startS }), address);
    const register = Common.registerNode.requestSerialize({
      node: Buffer.from(nodeCodec.encode(node)),
    });
    const heartbeat = Common.heartbeat.requestSerialize({ nodeId: id });
    return {
      address,
      register: register.toString('base64'),
      heartbeat: heartbeat.toString('base64'),
    };
  });
  return handOver(workspace, `doubles-${count}`, {
    registerMethod: Common.registerNode.path,
    heartbeatMethod: Common.heartbeat.path,
    brokers,
  });
}

/** Works while so many doubles are registered; returns also how many records they were told. */
export async function withDoubles<Value>(
  context: Context,
  cluster: ClusterUnderTest,
  count: number,
  work: () => Promise<Value>,
): Promise<{ readonly value: Value; readonly records: number }> {
  const file = await describeDoubles(context, count);
  const end = new AbortController();
  const registered = Promise.withResolvers<undefined>();
  const told = context.loadgen.doubles(
    await leaderFirst(cluster),
    { file, seconds: LIFE_SECONDS },
    { measuring: () => registered.resolve(undefined) },
    end.signal,
  );
  // Nobody waits for doubles that have failed.
  const failed = told.then(() => {
    throw new Error('the doubles of brokers have ended');
  });
  try {
    const value = await Promise.race([registered.promise.then(work), failed]);
    end.abort();
    return { value, records: (await told).records };
  } finally {
    end.abort();
  }
}
