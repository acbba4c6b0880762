/**
 * Brokers save what all groups have committed in one request, and when it fails that is lost. One
 * command may be too short for it: there each offset says its group as well.
 */
import type { SaveOffsetData, SaveOffsetDataRequest } from '../../../proto/gen/meta/common.ts';
import { PART_BYTES_MAX } from '../../state/command-parts.ts';
import type { Failure } from '../answer.ts';
import type { Limits } from '../limits.ts';
import { tooLong } from '../status-of.ts';

type Group = Pick<SaveOffsetData, 'group' | 'tenant'>;
type Offset = SaveOffsetData['offsets'][number];

/** What an offset takes in a command beside its texts. */
const OFFSET_BYTES = 64;

const namedBytes = ({ tenant, group }: Group): number =>
  OFFSET_BYTES + Buffer.byteLength(tenant) + Buffer.byteLength(group);

const ownBytes = ({ shardName, topic }: Offset): number =>
  Buffer.byteLength(shardName) + Buffer.byteLength(topic);

/**
 * Why a request cannot be one command, if it has more than one offset. What is short on the wire may be
 * more there than a member has memory for, so it is known before anything is encoded.
 */
export function checkOffsets(
  { offsets: groups }: SaveOffsetDataRequest,
  { valueBytesMax }: Pick<Limits, 'valueBytesMax'>,
): Failure | undefined {
  let bytes = 0;
  let count = 0;
  for (const group of groups) {
    count += group.offsets.length;
    bytes += namedBytes(group) * group.offsets.length;
    for (const each of group.offsets) bytes += ownBytes(each);
  }
  if (count <= 1 || bytes <= valueBytesMax) return undefined;
  return tooLong('limits.value', bytes, valueBytesMax);
}

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
    const named = namedBytes({ tenant, group });
    let taken: Offset[] = [];
    const close = (): void => {
      if (taken.length > 0) parts.at(-1)?.push({ tenant, group, offsets: taken });
      taken = [];
    };
    for (const each of offsets) {
      const bytes = named + ownBytes(each);
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
