import assert from 'node:assert/strict';
import { putListBytes } from '../state/resources/list-bytes.ts';
import type { RowsWritten } from '../state/row-access.ts';
import type { Node } from '../node/node.ts';
import { listAlarms } from './alarms.ts';

/** A node whose lists are so long. */
function nodeWith(lists: Readonly<Record<string, number>>, phase = 'running') {
  const rows: RowsWritten = new Map();
  for (const [list, bytes] of Object.entries(lists)) putListBytes(rows, list, bytes);
  const range: Node['range'] = (prefix) =>
    [...rows].flatMap(([key, value]) =>
      key.startsWith(prefix) && value !== undefined ? [[key, value] as const] : [],
    );
  return { range, status: () => ({ phase, reports: [] }) as unknown as ReturnType<Node['status']> };
}

describe('The alarm of long lists', () => {
  it('is on from three quarters of what brokers can receive', () => {
    const alarms = listAlarms(
      nodeWith({ acl: 3_000_000, user: 3_000_001, 'amqpQueue/t': 3_900_000 }),
    );
    assert.deepEqual(
      alarms.map(({ name, message }) => [name, /^Brokers list all (\S+) in/.exec(message)?.[1]]),
      [
        ['list_long', 'user'],
        ['list_long', 'amqpQueue/t'],
      ],
    );
  });

  it('is not asked of a node that has no state to look at', () => {
    assert.deepEqual(listAlarms(nodeWith({ acl: 3_900_000 }, 'opening')), []);
  });
});
