/**
 * Brokers save what all groups have committed in one request, and when it fails that is lost. One
 * command may be too short for it: there each offset says its group as well.
 */
import type { SaveOffsetData, SaveOffsetDataRequest } from '../../../proto/gen/meta/common.ts';
import { PART_BYTES_MAX } from '../../state/command-parts.ts';
import type { Limits } from '../limits.ts';

/** What an offset takes in a command beside its texts. */
const OFFSET_BYTES = 64;

/**
 * In requests that one command has room for, in the order of the whole. What was expected is decided
 * on at once, so such a request stays whole: no broker of v0.4.11 sends any.
 */
export function divideOffsets(
  request: SaveOffsetDataRequest,
  { valueBytesMax }: Pick<Limits, 'valueBytesMax'>,
): readonly SaveOffsetDataRequest[] {
  const isConditional = request.offsets.some(({ offsets }) =>
    offsets.some(({ expectedOffset }) => expectedOffset !== undefined),
  );
  if (isConditional) return [request];
  const bytesMax = Math.min(PART_BYTES_MAX, valueBytesMax);
  const parts: SaveOffsetData[][] = [[]];
  let left = bytesMax;
  for (const { tenant, group, offsets } of request.offsets) {
    const named = OFFSET_BYTES + Buffer.byteLength(tenant) + Buffer.byteLength(group);
    let taken: SaveOffsetData['offsets'][number][] = [];
    const close = (): void => {
      if (taken.length > 0) parts.at(-1)?.push({ tenant, group, offsets: taken });
      taken = [];
    };
    for (const each of offsets) {
      const bytes = named + Buffer.byteLength(each.shardName) + Buffer.byteLength(each.topic);
      if (bytes > left && left < bytesMax) {
        close();
        parts.push([]);
        left = bytesMax;
      }
      taken.push(each);
      left -= bytes;
    }
    close();
  }
  return parts.map((each) => ({ offsets: each }));
}
