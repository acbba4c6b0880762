import assert from 'node:assert/strict';
import { counts, figure, msOf, ratio, toMarkdown } from './report.ts';

describe('The report', () => {
  it('writes numbers for people', () => {
    assert.equal(figure(12_345.6), '12,346');
    assert.equal(figure(1.5, 2), '1.50');
    assert.equal(msOf(1_234), '1.23');
    assert.equal(ratio(1_300, 1_000), '1.30');
  });

  it('has a dash for what was not measured', () => {
    assert.equal(figure(NaN), '–');
    assert.equal(ratio(1, 0), '–');
    assert.equal(ratio(NaN, 5), '–');
    assert.equal(counts({ Unavailable: 0 }), '–');
  });

  it('names counts', () => {
    assert.equal(counts({ redirect: 1_200, Unavailable: 1 }), 'redirect × 1,200; Unavailable × 1');
  });

  it('has numbers to the right and words to the left', () => {
    const table = {
      title: 'Writes',
      head: ['who', '/s', 'p99'],
      rows: [
        ['ours', '1,203', '0.5'],
        ['a|b', '9', '–'],
      ],
      note: 'Synced.',
    };
    assert.equal(
      toMarkdown(table),
      [
        '## Writes',
        '',
        '| who  |    /s | p99 |',
        '| ---- | ----: | --: |',
        '| ours | 1,203 | 0.5 |',
        '| a\\|b |     9 |   – |',
        '',
        'Synced.',
      ].join('\n'),
    );
  });
});
