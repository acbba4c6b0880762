/** Keeps a store up to date: carries out what `reflection.ts` decides. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Labels, Resource } from '../api.ts';
import type { Connection } from '../client/connection.ts';
import { listAll, selectorOf } from '../client/kubernetes.ts';
import { pathOf } from '../client/path.ts';
import { KubeError } from '../kube-error.ts';
import type { Reflection, ReflectionEvent } from './reflection.ts';
import { afterEvent, BEGIN } from './reflection.ts';
import type { Kept, Store } from './store.ts';

export interface Reflected {
  readonly resource: Resource;
  /** Undefined: all. */
  readonly namespace: string | undefined;
  /** Only objects that have them. */
  readonly labels: Labels;
}

export interface Reflector {
  /** Resolves when the store was filled for the first time. */
  readonly filled: Promise<void>;
  /** Resolves when it has stopped. */
  readonly stopped: Promise<void>;
}

export interface WatchTimings {
  /** Watches end by themselves after this long, and up to twice that: at random, not all at once. */
  readonly watchSeconds: number;
  /** Until a watch has begun. */
  readonly beginMs: number;
  /** One that says nothing for so long is given up. */
  readonly silenceMs: number;
}

/** Bookmarks come every minute: without any, the other side is gone, or nobody passes them on. */
const TIMINGS: WatchTimings = { watchSeconds: 240, beginMs: 10_000, silenceMs: 90_000 };

/** Why a watch ended, or a list failed: for the log. */
export type Trouble = (what: string, why: string) => void;

interface Shell {
  readonly connection: Connection;
  readonly reflected: Reflected;
  readonly store: Store;
  readonly signal: AbortSignal;
  readonly trouble: Trouble;
  readonly timings?: WatchTimings;
}

/** Runs until the signal. Nothing that the API server does ends it. */
export function startReflector(shell: Shell): Reflector {
  const { signal } = shell;
  const filled = Promise.withResolvers<undefined>();
  const carryOut = async (state: Reflection): Promise<ReflectionEvent> => {
    switch (state.next) {
      case 'rest':
        await sleep(state.restMs, undefined, { signal }).catch(() => undefined);
        return { type: 'rested' };
      case 'list': {
        const event = await list(shell);
        if (event.type === 'listed') filled.resolve(undefined);
        return event;
      }
      case 'watch':
        return watch(shell, state.version);
    }
  };
  const run = async (): Promise<void> => {
    let state = BEGIN;
    while (!signal.aborted) state = afterEvent(state, await carryOut(state), Math.random());
  };
  return { filled: filled.promise, stopped: run() };
}

async function list({ connection, reflected, store, trouble }: Shell): Promise<ReflectionEvent> {
  const { resource, namespace, labels } = reflected;
  try {
    const { items, version } = await listAll(connection, resource, namespace, labels);
    store.replace((items as readonly Kept[]).map(withoutManagers));
    return { type: 'listed', version };
  } catch (error) {
    trouble(`list ${resource.plural}`, messageOf(error));
    return { type: 'list failed' };
  }
}

interface WatchEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';
  readonly object: Kept & { readonly code?: number; readonly message?: string };
}

async function watch(
  { connection, reflected, store, signal, trouble, timings = TIMINGS }: Shell,
  from: string,
): Promise<ReflectionEvent> {
  const { resource, namespace, labels } = reflected;
  const seconds = timings.watchSeconds * (1 + Math.random());
  const query = {
    ...{ watch: 'true', allowWatchBookmarks: 'true', resourceVersion: from },
    labelSelector: selectorOf(labels),
    timeoutSeconds: `${Math.round(seconds)}`,
  };
  const asked = { method: 'GET', path: pathOf(resource, { namespace }), query } as const;
  const silence = new AbortController();
  const timer = setTimeout(() => silence.abort(), timings.silenceMs);
  let version: string | undefined;
  const ended = (why: 'closed' | 'silent' | 'expired' | 'broken'): ReflectionEvent => ({
    type: 'watch ended',
    why,
    version,
  });
  try {
    const either = AbortSignal.any([signal, silence.signal]);
    for await (const each of await connection.follow(asked, timings.beginMs, either)) {
      timer.refresh();
      const { type, object } = each as WatchEvent;
      if (type === 'ERROR') {
        trouble(`watch ${resource.plural}`, object.message ?? 'an error');
        return ended(object.code === 410 ? 'expired' : 'broken');
      }
      if (type === 'DELETED') store.remove(object);
      else if (type !== 'BOOKMARK') store.put(withoutManagers(object));
      version = object.metadata?.resourceVersion ?? version;
    }
    return ended('closed');
  } catch (error) {
    if (!signal.aborted) trouble(`watch ${resource.plural}`, messageOf(error));
    if (silence.signal.aborted) return ended('silent');
    return ended(error instanceof KubeError && error.code === 'expired' ? 'expired' : 'broken');
  } finally {
    clearTimeout(timer);
  }
}

/** Half of every object tells who applied which field, which nobody reads here. */
const withoutManagers = (object: Kept): Kept => ({
  ...object,
  metadata: { ...object.metadata, managedFields: undefined },
});

const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);
