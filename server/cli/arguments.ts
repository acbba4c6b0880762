/** Arguments and options that several commands share. */
import { Argument, Option } from 'commander';
import { count } from '../config/kinds.ts';
import type { Kind } from '../config/kinds.ts';
import { readBy } from './command.ts';

const INT32_MAX = 2 ** 31 - 1;

const int32: Kind<number> = {
  allowed: 'a whole number; higher ones are preferred as leader',
  parse: (given) => {
    const value = typeof given === 'string' && /^-?[0-9]+$/.test(given) ? Number(given) : NaN;
    return Math.abs(value) <= INT32_MAX ? value : undefined;
  },
  show: String,
};

const readId = readBy(count(1, Number.MAX_SAFE_INTEGER));

export const idArgument = (): Argument => new Argument('<id>', 'id of a member').argParser(readId);

export const idArgumentMaybe = (): Argument =>
  new Argument('[id]', 'id of a member; without one, the best').argParser(readId);

export const priorityArgument = (): Argument =>
  new Argument('<n>', int32.allowed).argParser(readBy(int32));

export const configurationIndexOption = (): Option =>
  new Option(
    '--configuration-index <n>',
    'decided on this configuration: refused if another is in force (default: the one in force now)',
  ).argParser(readBy(count(1, Number.MAX_SAFE_INTEGER)));

export const termOption = (): Option =>
  new Option(
    '--term <n>',
    'decided in this term: once another one has begun, nothing is handed over (default: the one of now)',
  ).argParser(readBy(count(1, Number.MAX_SAFE_INTEGER)));

/** An argument that commander has made sure of. */
export const given = (args: readonly string[], at: number): string => args[at] ?? '';
