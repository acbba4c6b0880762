import { deepStrictEqual, strictEqual } from 'node:assert/strict';
import type { Reader, Resource } from '../api.ts';
import { createCache } from './cache.ts';
import { createStore } from './store.ts';
import type { Kept } from './store.ts';

const PODS: Resource<Kept> = { apiVersion: 'v1', kind: 'Pod', plural: 'pods', namespaced: true };
const object = (name: string, version: string, labels = { app: 'a' }): Kept => ({
  metadata: { namespace: 'n', name, resourceVersion: version, labels },
});

describe('a store', () => {
  it('tells of what came, changed and went', () => {
    const told: string[] = [];
    const store = createStore(({ metadata }) => told.push(metadata?.name ?? ''));
    store.replace([object('a', '1'), object('b', '2')]);
    store.replace([object('a', '1'), object('b', '3'), object('c', '4')]);
    store.put(object('a', '5'));
    store.put(object('a', '5'));
    store.remove(object('b', '6'));
    store.remove(object('b', '6'));
    store.replace([object('c', '4')]);
    deepStrictEqual(told, ['a', 'b', 'b', 'c', 'a', 'b', 'a']);
    strictEqual(store.size(), 1);
  });

  it('lists by namespace and labels', () => {
    const store = createStore(() => undefined);
    const other: Kept = { metadata: { ...object('a', '1').metadata, namespace: 'other' } };
    store.replace([object('a', '1'), object('b', '2', { app: 'b' }), other]);
    deepStrictEqual(store.list('n', { app: 'a' }), [object('a', '1')]);
    deepStrictEqual(store.list('n', {}).length, 2);
  });
});

describe('a cache', () => {
  const asked: string[] = [];
  const live: Reader = {
    get: (resource, { name }) => {
      asked.push(`${resource.plural}/${name}`);
      return Promise.resolve(undefined);
    },
    list: () => Promise.resolve([]),
  };
  const store = createStore(() => undefined);
  store.put(object('a', '1'));
  const cache = createCache(new Map([[PODS, store]]), live);

  it('takes nothing for missing before it has looked it up', async () => {
    strictEqual(await cache.get(PODS, { namespace: 'n', name: 'a' }), store.list('n', {})[0]);
    deepStrictEqual(asked, []);
    strictEqual(await cache.get(PODS, { namespace: 'n', name: 'b' }), undefined);
    deepStrictEqual(asked, ['pods/b']);
  });
});
