/** What was captured as pushed to brokers. */
import { BrokerServiceService as BrokerRpcs } from '../../proto/gen/broker/broker.ts';
import type { CapturedCall } from './capture.ts';
import type { CapturedPush } from './compare-pushes.ts';
import { pushContent } from './content.ts';
import type { Translation } from './translation.ts';

/** All records, in order, as they are expected here; `to`: of this broker alone. */
export const capturedPushes = (
  calls: readonly CapturedCall[],
  translation: Pick<Translation, 'row'>,
  receiver?: bigint,
): readonly CapturedPush[] =>
  calls.flatMap((call) => {
    const { to, rpc } = call;
    const isPush = to.kind === 'broker' && rpc === BrokerRpcs.updateCache.path;
    return isPush && to.id === (receiver ?? to.id) ? pushesIn(call, translation) : [];
  });

function pushesIn(
  { index, request }: CapturedCall,
  translation: Pick<Translation, 'row'>,
): CapturedPush[] {
  const { records } = BrokerRpcs.updateCache.requestDeserialize(request);
  return records.map((record) => {
    const push = pushContent(record);
    const { resource, value } = push;
    // Looked at when it is compared: until then it may not have been sent.
    return {
      ...push,
      index,
      get value() {
        return translation.row(resource, value);
      },
    };
  });
}
