/** Objects of a cluster as they are now, by a watch. */
import type { Following, Kubectl } from '../kubectl.ts';

export interface KubernetesObject {
  readonly metadata: {
    readonly name: string;
    readonly uid: string;
    readonly generation?: number;
    readonly deletionTimestamp?: string;
  };
}

export interface Watched<Item> {
  /** By name. */
  readonly now: ReadonlyMap<string, Item>;
  stop(): void;
}

const EACH = '-o=jsonpath={.type} {.object}{"\\n"}';

/** `args`: which ones, as for `kubectl get`; `changed` hears every version of them. */
export function watchObjects<Item extends KubernetesObject>(
  kubectl: Kubectl,
  args: readonly string[],
  changed: (item: Item) => void = () => undefined,
): Watched<Item> {
  const now = new Map<string, Item>();
  const following: Following = kubectl.follow(
    ['get', ...args, '--watch', '--output-watch-events', EACH],
    {
      repeats: false,
      // What was deleted in the meantime is told by nobody.
      begin: () => now.clear(),
      line: (line) => {
        const type = line.slice(0, line.indexOf(' '));
        // Not of an object, but why the watch ends; another one begins.
        if (type === 'ERROR') return;
        const item = JSON.parse(line.slice(type.length)) as Item;
        if (type === 'DELETED') now.delete(item.metadata.name);
        else now.set(item.metadata.name, item);
        changed(item);
      },
    },
  );
  return { now, stop: () => following.stop() };
}
