import { deepStrictEqual, throws } from 'node:assert/strict';
import { Command } from 'commander';
import { settingOptions, settingsOf } from './settings.ts';
import type { Settings } from './settings.ts';

function read(...args: readonly string[]): Settings {
  const command = new Command('operator')
    .exitOverride()
    .configureOutput({ writeErr: () => undefined });
  for (const option of settingOptions('here')) command.addOption(option);
  command.action(() => undefined).parse(args, { from: 'user' });
  return settingsOf(command);
}

describe('the settings of the operator', () => {
  it('are these by themselves', () => {
    deepStrictEqual(read(), {
      namespace: undefined,
      operatorNamespace: 'robustmq-operator',
      installation: 'robustmq-operator',
      identity: 'here',
      imageRepository: 'robustmq/robustmq-meta',
      podLabels: { 'app.kubernetes.io/name': 'robustmq-operator' },
      kubeconfig: undefined,
      context: undefined,
      listen: { host: '0.0.0.0', port: 8080 },
      logLevel: 'info',
      leaseMs: 15_000,
      renewMs: 10_000,
      retryMs: 2_000,
      resyncMs: 10_000,
      workers: 8,
    });
  });

  it('are those of the flags', () => {
    const set = read(
      ...['--namespace', 'a', '--pod-labels', 'x=1,y/z=2', '--listen-http', '[::1]:9090'],
      ...['--lease-duration', '1m', '--workers', '3'],
    );
    deepStrictEqual(
      [set.namespace, set.podLabels, set.listen, set.leaseMs, set.workers],
      ['a', { x: '1', 'y/z': '2' }, { host: '::1', port: 9090 }, 60_000, 3],
    );
  });

  const wrong: readonly (readonly string[])[] = [
    ['--lease-duration', '15'],
    ['--workers', '0'],
    ['--listen-http', '8080'],
    ['--pod-labels', 'x'],
    ['--log-level', 'loud'],
    ['--renew-deadline', '15s'],
    ['--retry-period', '6s'],
  ];
  for (const args of wrong) {
    it(`are not ${args.join(' ')}`, () => {
      throws(() => read(...args));
    });
  }
});
