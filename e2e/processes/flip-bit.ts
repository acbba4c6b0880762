/** Rot, as disks have it. */
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Changes one bit in the middle of the largest file of a directory whose name is like that. */
export function flipBit(directory: string, name: RegExp): void {
  const [largest] = readdirSync(directory)
    .filter((each) => name.test(each))
    .map((each) => join(directory, each))
    .sort((one, other) => statSync(other).size - statSync(one).size);
  if (largest === undefined) throw new Error(`${directory} has no file like ${name.source}`);
  const bytes = readFileSync(largest);
  const middle = bytes.length >> 1;
  bytes[middle] = (bytes[middle] ?? 0) ^ 1;
  writeFileSync(largest, bytes);
}
