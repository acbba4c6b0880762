/** What meta has stored, as far as brokers can list it. */
import type { Attempt } from './attempt.ts';
import type { Boot } from './boot-action.ts';
import { BOOT_LISTS, PUSHED_ONLY, type BootList } from './boot-lists.ts';
import { EMPTY_CACHES, put, type Caches } from './caches.ts';
import type { Cached, LoadedRows, Resource } from './resource.ts';

type Ask = (rpc: string, request: Buffer) => Promise<Attempt>;

/** Reads every list. Rejects with a BootError when one is not there, or cannot be read. */
export async function readState(ask: Ask): Promise<Caches> {
  let state = EMPTY_CACHES;
  for (const list of [...Object.values(BOOT_LISTS).flat(), ...PUSHED_ONLY]) {
    const { resource, values } = await readList(list, ask);
    const rows: readonly Cached<Resource>[] = values;
    state = rows.reduce((loaded, value) => put(loaded, resource, value), state);
  }
  return state;
}

async function readList(list: BootList, ask: Ask): Promise<LoadedRows> {
  const actions: Boot<LoadedRows> = list();
  let step = actions.next();
  while (step.done !== true) {
    const action = step.value;
    if (action.kind !== 'call') throw new Error('A list does nothing but call');
    step = actions.next(await ask(action.rpc, action.request));
  }
  return step.value;
}
