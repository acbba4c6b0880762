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

/** How long watches last by themselves: between, at random, so that they do not end all at once. */
const WATCH_SECONDS_MIN = 240;
const WATCH_SECONDS_MAX = 480;
const BEGIN_MS = 10_000;
/** Bookmarks come every minute: without any, the other side is gone, or nobody passes them on. */
const SILENCE_MS = 90_000;

/** Why a watch ended, or a list failed: for the log. */
export type Trouble = (what: string, why: string) => void;

/** Runs until the signal. Nothing that the API server does ends it. */
export function startReflector(
  connection: Connection,
  reflected: Reflected,
  store: Store,
  signal: AbortSignal,
  trouble: Trouble,
): Reflector {
  const filled = Promise.withResolvers<undefined>();
  const carryOut = async (state: Reflection): Promise<ReflectionEvent> => {
    switch (state.next) {
      case 'rest':
        await sleep(state.restMs, undefined, { signal }).catch(() => undefined);
        return { type: 'rested' };
      case 'list': {
        const event = await list(connection, reflected, store, trouble);
        if (event.type === 'listed') filled.resolve(undefined);
        return event;
      }
      case 'watch':
        return watch(connection, reflected, store, state.version, { signal, trouble });
    }
  };
  const run = async (): Promise<void> => {
    let state = BEGIN;
    while (!signal.aborted) state = afterEvent(state, await carryOut(state), Math.random());
  };
  return { filled: filled.promise, stopped: run() };
}

async function list(
  connection: Connection,
  { resource, namespace, labels }: Reflected,
  store: Store,
  trouble: Trouble,
): Promise<ReflectionEvent> {
  try {
    const { items, version } = await listAll(connection, resource, namespace, labels);
    store.replace(items as readonly Kept[]);
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
  connection: Connection,
  { resource, namespace, labels }: Reflected,
  store: Store,
  from: string,
  { signal, trouble }: { readonly signal: AbortSignal; readonly trouble: Trouble },
): Promise<ReflectionEvent> {
  const seconds = WATCH_SECONDS_MIN + Math.random() * (WATCH_SECONDS_MAX - WATCH_SECONDS_MIN);
  const query = {
    ...{ watch: 'true', allowWatchBookmarks: 'true', resourceVersion: from },
    labelSelector: selectorOf(labels),
    timeoutSeconds: `${Math.round(seconds)}`,
  };
  const asked = { method: 'GET', path: pathOf(resource, { namespace }), query } as const;
  const silence = new AbortController();
  const timer = setTimeout(() => silence.abort(), SILENCE_MS);
  let version: string | undefined;
  const ended = (why: 'closed' | 'silent' | 'expired' | 'broken'): ReflectionEvent => ({
    type: 'watch ended',
    why,
    version,
  });
  try {
    const either = AbortSignal.any([signal, silence.signal]);
    for await (const each of await connection.follow(asked, BEGIN_MS, either)) {
      timer.refresh();
      const { type, object } = each as WatchEvent;
      if (type === 'ERROR') {
        trouble(`watch ${resource.plural}`, object.message ?? 'an error');
        return ended(object.code === 410 ? 'expired' : 'broken');
      }
      if (type === 'DELETED') store.remove(object);
      else if (type !== 'BOOKMARK') store.put(object);
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

const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);
