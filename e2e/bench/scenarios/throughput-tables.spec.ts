import assert from 'node:assert/strict';
import { costTable, speedTable, type Sample } from './throughput-tables.ts';

function sample(product: string, opsPerSecond: number, errors = {}): Sample {
  return {
    product,
    operation: 'put',
    clients: 64,
    result: {
      ops: opsPerSecond * 2,
      seconds: 2,
      opsPerSecond,
      p50Us: 1_000_000 / opsPerSecond,
      p90Us: 0,
      p99Us: 10_000_000 / opsPerSecond,
      maxUs: 0,
      errors,
    },
    members: [
      { leads: false, cpuSeconds: 1, rssAnonMiB: 50 },
      { leads: true, cpuSeconds: 3, rssAnonMiB: 100 },
      { leads: false, cpuSeconds: 2, rssAnonMiB: 70 },
    ],
  };
}

describe('The tables of throughput', () => {
  const samples = [
    sample('robustmq-meta', 1_000),
    sample('etcd', 1_000),
    sample('robustmq-meta', 2_000, { redirect: 2 }),
    sample('etcd', 1_000, { Unavailable: 1 }),
    sample('robustmq-meta', 9_000, { redirect: 3 }),
  ];

  it('compare medians of the rounds, and add errors up', () => {
    assert.deepEqual(speedTable('put', samples).rows, [
      [
        '64',
        '2,000',
        '1,000',
        '2.00',
        '0.50',
        '1.00',
        '5.00',
        '10.00',
        '0.50',
        'robustmq-meta redirect × 5; etcd Unavailable × 1',
      ],
    ]);
  });

  it('tell leaders from followers, and what one operation costs all', () => {
    assert.deepEqual(costTable('put', samples.slice(0, 1)).rows, [
      ['64', 'robustmq-meta', '3.00', '1.50', '3,000.0', '100', '60'],
    ]);
  });

  it('have dashes for a product that was left out', () => {
    const [row = []] = speedTable('put', samples.slice(0, 1)).rows;
    assert.deepEqual(row.slice(1, 4), ['1,000', '–', '–']);
  });
});
