import { strictEqual } from 'node:assert/strict';
import type { Resource } from '../api.ts';
import { pathOf } from './path.ts';

const resource = (apiVersion: string, plural: string, namespaced: boolean): Resource => ({
  ...{ apiVersion, kind: 'Any', plural, namespaced },
});
const PODS = resource('v1', 'pods', true);
const SETS = resource('apps/v1', 'statefulsets', true);
const NODES = resource('v1', 'nodes', false);

describe('the path of', () => {
  const rows = [
    ['an object', pathOf(PODS, { namespace: 'a', name: 'b' }), '/api/v1/namespaces/a/pods/b'],
    [
      'all of a namespace',
      pathOf(SETS, { namespace: 'a' }),
      '/apis/apps/v1/namespaces/a/statefulsets',
    ],
    ['all there are', pathOf(SETS, {}), '/apis/apps/v1/statefulsets'],
    ['one without a namespace', pathOf(NODES, { namespace: 'a', name: 'b' }), '/api/v1/nodes/b'],
    [
      'a subresource',
      pathOf(PODS, { namespace: 'a', name: 'b' }, 'status'),
      '/api/v1/namespaces/a/pods/b/status',
    ],
    ['a name that is none', pathOf(NODES, { name: '../x?y' }), '/api/v1/nodes/..%2Fx%3Fy'],
  ] as const;
  for (const [name, path, wanted] of rows) it(name, () => strictEqual(path, wanted));
});
