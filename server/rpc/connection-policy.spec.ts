import assert from 'node:assert/strict';
import { connectionsToEnd } from './connection-policy.ts';
import type { Holding } from './connection-policy.ts';

const NOW_MS = 100_000;
const BOUNDS = { bytesMax: 1_000, stallMs: 10_000 };

/** A connection by its name, what it holds, and for how long it has kept the member waiting. */
const holding = (id: string, bytes: number, waitingMs?: number): Holding<string> => ({
  id,
  bytes,
  waitingSinceMs: waitingMs === undefined ? undefined : NOW_MS - waitingMs,
});

const CASES: readonly {
  readonly name: string;
  readonly holdings: readonly Holding<string>[];
  readonly ended: readonly string[];
}[] = [
  { name: 'nobody is there', holdings: [], ended: [] },
  {
    name: 'all hold as much as they may, and not more',
    holdings: [holding('a', 500, 9_999), holding('b', 500)],
    ended: [],
  },
  {
    name: 'one keeps the member waiting for too long, though there is room',
    holdings: [holding('a', 1, 10_000), holding('b', 900, 9_999)],
    ended: ['a stalled'],
  },
  {
    name: 'what the stalled hold is free when room is looked for',
    holdings: [holding('a', 900, 10_000), holding('b', 900, 1)],
    ended: ['a stalled'],
  },
  {
    name: 'the one that holds the most goes first, and no more than needed',
    holdings: [holding('small', 200, 9_000), holding('large', 700, 1), holding('middle', 400, 2)],
    ended: ['large overload'],
  },
  {
    name: 'of those that hold about as much, the one that is waited for longest goes first',
    holdings: [holding('young', 511, 1), holding('old', 400, 3_000), holding('middle', 500, 20)],
    ended: ['old overload', 'middle overload'],
  },
  {
    name: 'those that owe nothing go last',
    holdings: [holding('served', 900), holding('owes', 600, 1)],
    ended: ['owes overload', 'served overload'],
  },
];

describe('connectionsToEnd', () => {
  for (const { name, holdings, ended } of CASES) {
    it(name, () => {
      const endings = connectionsToEnd(holdings, NOW_MS, BOUNDS);
      assert.deepEqual(
        endings.map(({ id, reason }) => `${id} ${reason}`),
        ended,
      );
    });
  }
});
