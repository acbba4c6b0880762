import assert from 'node:assert/strict';
import { parseCpuSeconds, parseMiB, usageOf } from './process-usage.ts';

describe('The usage of a process', () => {
  it('has user and system time, whatever the program is called', () => {
    const rest = 'S 1 2 2 0 -1 4194560 100 0 0 0 250 50 7 7 20 0 8 0 1000 1 1';
    assert.equal(parseCpuSeconds(`42 (node) ${rest}`), 3);
    assert.equal(parseCpuSeconds(`42 (a) b (c) ${rest}`), 3);
  });

  it('has memory in MiB', () => {
    const status = 'Name:\tetcd\nVmRSS:\t  40960 kB\nRssAnon:\t   20480 kB\nRssFile:\t  1024 kB\n';
    assert.equal(parseMiB(status, 'RssAnon'), 20);
    assert.equal(parseMiB(status, 'RssFile'), 1);
    assert.ok(Number.isNaN(parseMiB(status, 'RssShmem')));
  });

  it('is unknown once the process is gone', () => {
    assert.deepEqual(usageOf(2 ** 30), { cpuSeconds: NaN, rssAnonMiB: NaN, rssFileMiB: NaN });
  });
});
