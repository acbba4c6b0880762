import { deepStrictEqual, rejects } from 'node:assert/strict';
import { PODS } from '../../resources/kinds.ts';
import { KubeError } from '../kube-error.ts';
import type { ApiRequest, Connection } from './connection.ts';
import { listAll } from './kubernetes.ts';

const EXPIRED = new KubeError('expired', 'the continue token is too old');

/** An API server that has these pages; one that is undefined has expired. */
function serverOf(pages: readonly (readonly string[] | undefined)[]) {
  const asked: (string | undefined)[] = [];
  const call = ({ query }: ApiRequest): Promise<unknown> => {
    asked.push(query?.['continue']);
    const at = Number(query?.['continue'] ?? 0);
    const names = pages[at];
    if (names === undefined) return Promise.reject(EXPIRED);
    return Promise.resolve({
      metadata: {
        resourceVersion: '9',
        ...(at + 1 < pages.length && { continue: String(at + 1) }),
      },
      items: names.map((name) => ({ metadata: { name } })),
    });
  };
  return { asked, connection: { call } as Pick<Connection, 'call'> as Connection };
}

const pod = (name: string) => ({ apiVersion: 'v1', kind: 'Pod', metadata: { name } });

describe('a list of many pages', () => {
  it('is all of them, each object with its kind', async () => {
    const { asked, connection } = serverOf([['a', 'b'], ['c']]);
    deepStrictEqual(await listAll(connection, PODS, 'brokers', {}), {
      items: [pod('a'), pod('b'), pod('c')],
      version: '9',
    });
    deepStrictEqual(asked, [undefined, '1']);
  });

  it('fails as a whole when it is too old for the rest: what is missing would be taken for deleted', () =>
    rejects(listAll(serverOf([['a'], undefined]).connection, PODS, 'brokers', {}), EXPIRED));
});
