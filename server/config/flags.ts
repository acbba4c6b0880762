import { Option } from 'commander';
import type { Command } from 'commander';
import { flag } from './kinds.ts';
import { flagOf, KEYS } from './load.ts';
import { SETTINGS } from './settings.ts';
import type { Key, Setting } from './settings.ts';

/** Gives `command` one flag for each setting, and `--config`. */
export function addSettingFlags(command: Command): void {
  command.option('--config <file>', 'TOML file of settings; flags and environment win over it');
  for (const key of KEYS) {
    const { kind, about, standard }: Setting<unknown> = SETTINGS[key];
    const takes = kind === flag ? '[true|false]' : '<value>';
    const option = new Option(`--${flagOf(key)} ${takes}`, about);
    if (kind === flag) option.preset('true');
    if (standard !== undefined) option.default(undefined, kind.show(standard));
    command.addOption(option);
  }
}

/** The settings among the options of a command, by key. */
export function flagsOf(options: Readonly<Record<string, unknown>>): Partial<Record<Key, unknown>> {
  const flags: Partial<Record<Key, unknown>> = {};
  for (const key of KEYS) {
    const value = options[new Option(`--${flagOf(key)} <value>`).attributeName()];
    if (value !== undefined) flags[key] = value;
  }
  return flags;
}
