/**
 * All objects as they were at one moment, put back later. Members and what is on their disks stay as they
 * are, and so do nodes, which say of themselves that they are there.
 */
import { NODES } from '../../resources/kinds.ts';
import type { ApiServer, Stored } from './api-server.ts';

/** Objects by key, as they were. */
export type OlderState = ReadonlyMap<string, Stored>;

/** Keeps what the API server knows now. */
export const backUp = ({ objects }: ApiServer): OlderState => new Map(objects);

/**
 * The API server knows what it knew then, each object at its version of then, and nothing of what came
 * since. Whoever watches hears of all that differs; the next version is a higher one than ever before.
 */
export function restore({ objects, events }: ApiServer, older: OlderState): void {
  for (const [key, { resource }] of [...objects]) {
    if (older.has(key) || resource.plural === NODES.plural) continue;
    objects.delete(key);
    events.push({ resource, key, object: undefined });
  }
  for (const [key, stored] of older) {
    const { resource, object } = stored;
    if (resource.plural === NODES.plural || objects.get(key)?.object === object) continue;
    objects.set(key, stored);
    events.push({ resource, key, object });
  }
}
