import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32c } from './crc32c.ts';
import { openLevel, writeSynced } from './level.ts';
import { verifyWriteAheadFiles } from './write-ahead-file.ts';

/** A write-ahead file of LevelDB's own, with batches of these many bytes. */
async function writtenBy(...sizes: readonly number[]): Promise<Buffer> {
  const path = mkdtempSync(join(tmpdir(), 'meta-wal-'));
  try {
    const level = await openLevel(path, { cacheBytes: 1 << 16, writeBufferBytes: 1 << 22 }, false);
    for (const [at, size] of sizes.entries()) {
      const value = Buffer.alloc(size, `${at} ${size}`);
      await writeSynced(level, [{ type: 'put', key: Buffer.of(at), value }]);
    }
    const name = readdirSync(path).find((each) => each.endsWith('.log')) ?? '';
    const bytes = readFileSync(join(path, name));
    await level.close();
    return bytes;
  } finally {
    rmSync(path, { recursive: true });
  }
}

/** The batches of a file that has one block, each in one fragment. */
function wholeBatchesOf(bytes: Buffer): Buffer[] {
  const batches: Buffer[] = [];
  for (let rest = bytes; rest.length > 0; rest = rest.subarray(batches.at(-1)?.length)) {
    batches.push(rest.subarray(0, 7 + rest.readUInt16LE(4)));
  }
  return batches;
}

const verify = (...files: readonly Buffer[]): void =>
  verifyWriteAheadFiles(
    files.map((bytes, at) => ({ name: `${at}.log`, bytes })),
    1n,
  );

const damaged = (what: RegExp) => ({ name: 'Damage', message: what });

const flipped = (bytes: Buffer, at: number, bit: number): Buffer => {
  const copy = Buffer.from(bytes);
  copy.writeUInt8(copy.readUInt8(at) ^ (1 << bit), at);
  return copy;
};

describe('Write-ahead files', () => {
  it('have the checksum of RFC 3720', () => {
    assert.equal(crc32c(Buffer.from('123456789')), 0xe3069283);
    assert.equal(crc32c(Buffer.alloc(32)), 0x8a9136aa);
  });

  it('are as LevelDB writes them: empty, in one block, in many', async () => {
    verify();
    verify(Buffer.alloc(0));
    verify(await writtenBy(100, 0, 300));
    verify(await writtenBy(10, 100_000, 32_700, 40, 70_000, 5));
  });

  it('have no bit that may change', async () => {
    const bytes = await writtenBy(40, 60, 20);
    for (let at = 0; at < bytes.length; at += 1) {
      for (let bit = 0; bit < 8; bit += 1) {
        assert.throws(() => verify(flipped(bytes, at, bit)), { name: 'Damage' }, `${at}.${bit}`);
      }
    }
  });

  it('have no bit that may change in a batch of several blocks', async () => {
    const bytes = await writtenBy(10, 100_000, 10);
    for (let at = 0; at < bytes.length; at += 97) {
      assert.throws(() => verify(flipped(bytes, at, at % 8)), { name: 'Damage' }, `${at}`);
    }
  });

  it('may end in the middle of a batch, for that one was not written yet', async () => {
    const bytes = await writtenBy(40, 60);
    for (let end = 0; end < bytes.length; end += 1) verify(bytes.subarray(0, end));
    const large = await writtenBy(40, 100_000);
    for (let end = 0; end < large.length; end += 997) verify(large.subarray(0, end));
  });

  it('may lack sectors of the last batch, in any order', async () => {
    const bytes = await writtenBy(40, 100_000);
    for (let sector = 512; sector < bytes.length; sector += 512) {
      verify(Buffer.from(bytes).fill(0, sector, Math.min(bytes.length, sector + 512)));
    }
    verify(Buffer.concat([await writtenBy(40, 50), Buffer.alloc(5_000)]));
  });

  it('may be zeros from somewhere in the last batch on', async () => {
    const whole = await writtenBy(40);
    const bytes = await writtenBy(40, 100, 60);
    const [, second] = wholeBatchesOf(bytes);
    const end = whole.length + (second?.length ?? 0);
    for (let zeros = whole.length; zeros < end - 16; zeros += 1) {
      for (let length = zeros + 1; length <= end; length += 1) {
        verify(Buffer.from(bytes.subarray(0, length)).fill(0, zeros));
      }
    }
    const large = await writtenBy(40, 100_000);
    for (let zeros = 60; zeros < large.length - 16; zeros += 97) {
      verify(Buffer.from(large).fill(0, zeros));
    }
  });

  it('may not lack sectors of a batch before the last', async () => {
    const bytes = await writtenBy(40, 100_000, 10);
    for (let sector = 512; sector < bytes.length - 1_024; sector += 512) {
      const holed = Buffer.from(bytes).fill(0, sector, sector + 512);
      assert.throws(() => verify(holed), { name: 'Damage' }, `${sector}`);
    }
  });

  it('follow each other without a gap', async () => {
    const [first, second, third] = wholeBatchesOf(await writtenBy(40, 50, 60));
    assert(first !== undefined && second !== undefined && third !== undefined);
    verify(first, second, third);
    verify(Buffer.concat([first, second.subarray(0, 20)]), Buffer.concat([second, third]));
    assert.throws(() => verify(first, third), damaged(/1.log: batch 2 is missing before batch 3/));
    assert.throws(() => verify(Buffer.concat([first, third])), damaged(/batch 2 is missing/));
    assert.throws(() => verify(second), damaged(/batch 1 is missing/));
  });
});
