/**
 * What kubelet wants of the kernel, and would write for the whole machine. It is shown files with
 * just those values instead, in the cluster's own mounts: nothing is written, nothing is to be put back.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { command } from '../../processes/namespaces.ts';

/** As in k8s.io/component-helpers/node/util/sysctl. */
export const WANTED: Readonly<Record<string, string>> = {
  'vm/overcommit_memory': '1',
  'vm/panic_on_oom': '0',
  'kernel/panic': '10',
  'kernel/panic_on_oops': '1',
  'kernel/keys/root_maxkeys': '1000000',
  'kernel/keys/root_maxbytes': '25000000',
};

/** Shows them to this process and its children. It must be in mounts of its own. */
export function showWantedSysctls(directory: string): void {
  mkdirSync(directory);
  for (const [name, value] of Object.entries(WANTED)) {
    const file = join(directory, name.replaceAll('/', '.'));
    writeFileSync(file, `${value}\n`);
    command('mount', ['--bind', file, join('/proc/sys', name)]);
  }
}
