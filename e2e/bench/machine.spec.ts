import assert from 'node:assert/strict';
import { fileSystemOf, kernelVersion } from './machine.ts';

describe('The machine', () => {
  const mounts = [
    '/dev/a / ext4 rw,relatime 0 0',
    'tmpfs /tmp tmpfs rw 0 0',
    '/dev/b /tmp/disk xfs rw 0 0',
    '',
  ].join('\n');

  const cases: readonly [path: string, type: string][] = [
    ['/home/x', 'ext4'],
    ['/tmp', 'tmpfs'],
    ['/tmp/bench', 'tmpfs'],
    ['/tmp/disk/bench', 'xfs'],
    ['/tmp/diskette', 'tmpfs'],
  ];
  for (const [path, type] of cases) {
    it(`has ${path} on ${type}`, () => assert.equal(fileSystemOf(path, mounts), type));
  }

  it('says the version of its kernel without the name of its builder', () => {
    assert.equal(kernelVersion('6.1.44-somebody-v6'), '6.1.44');
    assert.equal(kernelVersion('5.15.0'), '5.15.0');
  });
});
