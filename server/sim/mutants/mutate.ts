import type { Edit, Mutant } from './mutant.ts';

/** The files that a mutant changes. */
export const filesOf = ({ edits }: Mutant): readonly string[] => [
  ...new Set(edits.map(({ file }) => file)),
];

/** The text of `file` with the bug in it; throws unless every edit finds its one place. */
export const mutate = ({ name, edits }: Mutant, file: string, source: string): string =>
  edits
    .filter((edit) => edit.file === file)
    .reduce((text, edit) => replaceOnce(text, edit, name), source);

function replaceOnce(text: string, { file, find, replace }: Edit, name: string): string {
  const parts = text.split(find);
  const [before, after] = parts;
  if (parts.length !== 2 || before === undefined || after === undefined) {
    throw new Error(
      `mutant "${name}": found ${parts.length - 1} times in ${file}, not once: ${JSON.stringify(find)}`,
    );
  }
  if (find === replace) throw new Error(`mutant "${name}" changes nothing in ${file}`);
  return before + replace + after;
}
