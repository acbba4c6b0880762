import { SETTINGS } from './settings.ts';
import type { Config, Setting } from './settings.ts';
import { flagOf, KEYS, variableOf } from './load.ts';

/** A TOML file of all settings: what each does, what it may be, and its value; commented out where that is the default. */
export function documentSettings(config: Config): string {
  const lines = [
    '# Settings of robustmq-meta server. Flags win over the environment, that over this file.',
    '',
  ];
  let table = '';
  for (const key of KEYS) {
    const { kind, about, standard }: Setting<unknown> = SETTINGS[key];
    const [name = key, ...path] = key.split('.').reverse();
    const own = path.reverse().join('.');
    if (own !== table) {
      lines.push(`[${own}]`, '');
      table = own;
    }
    const used = config[key];
    const value = used === undefined ? '' : ` ${kind.show(used)}`;
    const isDefault = value === (standard === undefined ? '' : ` ${kind.show(standard)}`);
    lines.push(
      `# ${about}`,
      `# ${kind.allowed}. ${variableOf(key)}, --${flagOf(key)}`,
      `${isDefault ? '# ' : ''}${name} =${value}`,
      '',
    );
  }
  return lines.join('\n');
}
