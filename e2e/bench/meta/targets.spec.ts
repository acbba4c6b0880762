import assert from 'node:assert/strict';
import { targetsTable, type Target } from './targets.ts';

const held = (target: Omit<Target, 'what' | 'unit'>): string | undefined =>
  targetsTable([{ what: 'it', unit: 's', ...target }]).rows[0]?.at(-1);

describe('The table of targets', () => {
  it('says what was asked for, and whether it is held', () => {
    const asked = { bound: 'at most', value: 10 } as const;
    assert.deepEqual(
      targetsTable([{ what: 'restart', unit: 's', measured: 8.25, asked, digits: 1 }]).rows,
      [['restart', '≤ 10', '8.3', 's', 'ok']],
    );
  });

  it('counts the bound itself as held', () => {
    assert.equal(held({ measured: 10, asked: { bound: 'at most', value: 10 } }), 'ok');
    assert.equal(held({ measured: 10, asked: { bound: 'at least', value: 10 } }), 'ok');
  });

  it('names what is missed', () => {
    assert.equal(held({ measured: 11, asked: { bound: 'at most', value: 10 } }), 'missed');
    assert.equal(held({ measured: 9, asked: { bound: 'at least', value: 10 } }), 'missed');
  });

  it('counts what could not be measured as missed', () => {
    assert.equal(held({ measured: NaN, asked: { bound: 'at most', value: 10 } }), 'missed');
    assert.equal(held({ measured: NaN, asked: { bound: 'at least', value: 10 } }), 'missed');
  });

  it('judges nothing that nobody asked for', () => {
    assert.equal(held({ measured: 1 }), '–');
  });
});
