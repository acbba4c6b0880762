import assert from 'node:assert/strict';
import type { Node, NodeStatus } from '../node/node.ts';
import { createReplaceableNode } from './replaceable-node.ts';

/** Nodes that only say what they are told. */
function createNodes() {
  const told: string[] = [];
  let count = 0;
  const create = (): Node => {
    count += 1;
    const name = `node ${count}`;
    return {
      storageSpace: (low: boolean) => void told.push(`${name} space ${low ? 'low' : 'ok'}`),
      status: () => ({ phase: name }) as unknown as NodeStatus,
      stop: (done: () => void) => {
        told.push(`${name} stops`);
        setImmediate(() => {
          told.push(`${name} has stopped`);
          done();
        });
      },
    } as Node;
  };
  return { told, create };
}

describe('A node that can be replaced', () => {
  it('gives way to the next one after the work in between', async () => {
    const { told, create } = createNodes();
    const { node, replace } = createReplaceableNode(create);
    const value = await replace(() => {
      told.push('work');
      return Promise.resolve(7);
    });
    assert.equal(value, 7);
    assert.deepEqual(told, ['node 1 stops', 'node 1 has stopped', 'work']);
    assert.equal(node.status().phase, 'node 2');
  });

  it('comes back when the work fails', async () => {
    const { create } = createNodes();
    const { node, replace } = createReplaceableNode(create);
    await assert.rejects(
      replace(() => Promise.reject(new Error('no'))),
      /no/,
    );
    assert.equal(node.status().phase, 'node 2');
  });

  it('hands on that space is low', async () => {
    const { told, create } = createNodes();
    const { node, replace } = createReplaceableNode(create);
    node.storageSpace(true);
    await replace(() => Promise.resolve());
    assert.deepEqual(told.at(-1), 'node 2 space low');
  });

  it('waits for the work when the process ends, and is not followed by another one', async () => {
    const { told, create } = createNodes();
    const { node, replace } = createReplaceableNode(create);
    const { promise, resolve: endWork } = Promise.withResolvers<undefined>();
    const replaced = replace(() => promise);
    const stopped = new Promise<void>((resolve) => node.stop(resolve));
    told.push('work goes on');
    endWork(undefined);
    await replaced;
    await stopped;
    assert.equal(node.status().phase, 'node 1');
    assert.deepEqual(told.slice(0, 2), ['node 1 stops', 'work goes on']);
    assert.equal(told.filter((each) => each.endsWith('stops')).length, 2);
  });
});
