/**
 * Puts a mutant into the modules that are loaded from now on. Production code carries nothing for
 * it: the text is changed on its way from the file to the engine.
 */
import { registerHooks } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Mutant } from './mutant.ts';
import { filesOf, mutate } from './mutate.ts';

/** The root of the repository. */
export const ROOT = join(import.meta.dirname, '..', '..', '..');

/**
 * Returns a function that tells which of the mutant's files were loaded: those loaded before this
 * call are what they were, and a bug in them would not be there.
 */
export function installMutant(mutant: Mutant): () => readonly string[] {
  const files = new Map(
    filesOf(mutant).map((file) => [pathToFileURL(join(ROOT, file)).href, file]),
  );
  const loaded = new Set<string>();
  registerHooks({
    load: (url, context, nextLoad) => {
      const result = nextLoad(url, context);
      const file = files.get(url);
      if (file === undefined) return result;
      const { source } = result;
      if (source === undefined) throw new Error(`${file} was loaded without its text`);
      const text = typeof source === 'string' ? source : new TextDecoder().decode(source);
      loaded.add(file);
      return { ...result, source: mutate(mutant, file, text) };
    },
  });
  return () => [...loaded];
}
