import { connect } from 'node:net';
import {
  BrokerServiceService,
  BrokerUpdateCacheActionType,
  BrokerUpdateCacheResourceType,
} from '../../proto/gen/broker/broker.ts';
import type { CacheUpdates } from '../controllers/pushes/cache-updates.ts';
import { createUnaryCaller } from '../rpc/unary-caller.ts';
import type { UnaryCaller } from '../rpc/unary-caller.ts';
import type { Push } from '../state/resources/push.ts';
import { socketTo } from '../transport/grpc/place.ts';

/** As long as the original gives a broker. */
const TIMEOUT_MS = 5_000;
/**
 * A broker that stands still keeps its connection, so that what it was sent does not overtake what it
 * has not read; one that is gone without a word does not. After this much silence it is asked …
 */
const KEEPALIVE_MS = 5_000;
/** … and given up when it says nothing for as long again. */
const KEEPALIVE_TIMEOUT_MS = 15_000;
/** Connections to where no broker is any more are closed after this many others were used. */
const CALLERS_MAX = 1_024;

const { path, requestSerialize } = BrokerServiceService.updateCache;

/** One connection for each address. */
export function createCacheUpdates(): CacheUpdates {
  const callers = new Map<string, UnaryCaller>();

  function callerAt(address: string): UnaryCaller {
    const found = callers.get(address) ?? createCaller(address);
    // The last one used is the last in order.
    callers.delete(address);
    callers.set(address, found);
    for (const [oldest, caller] of callers) {
      if (callers.size <= CALLERS_MAX) break;
      caller.close();
      callers.delete(oldest);
    }
    return found;
  }

  return {
    send: (address, records, done) => {
      const message = requestSerialize({ records: records.map(recordOf) });
      return callerAt(address).call({ path, message, timeoutMs: TIMEOUT_MS }, ({ kind }) =>
        done(kind === 'reply'),
      );
    },
    disconnect: () => {
      for (const caller of callers.values()) caller.close();
      callers.clear();
    },
  };
}

const createCaller = (address: string): UnaryCaller =>
  createUnaryCaller({
    authority: address,
    connect: () => socketTo(address, connect),
    keepaliveMs: KEEPALIVE_MS,
    keepaliveTimeoutMs: KEEPALIVE_TIMEOUT_MS,
  });

const recordOf = ({ type, action, payload }: Push) => ({
  resourceType: BrokerUpdateCacheResourceType[type],
  actionType: BrokerUpdateCacheActionType[action],
  data: Buffer.from(payload.buffer, payload.byteOffset, payload.length),
});
