import { strictEqual } from 'node:assert/strict';
import { numberOf } from './quantity.ts';

const rows: readonly (readonly [quantity: string | undefined, number: number])[] = [
  ['1Gi', 1_073_741_824],
  ['1.5Gi', 1_610_612_736],
  ['10G', 10_000_000_000],
  ['20000000000', 20_000_000_000],
  ['2e10', 20_000_000_000],
  ['20e9', 20_000_000_000],
  ['2E+10', 20_000_000_000],
  ['3E', 3e18],
  ['+1Ki', 1_024],
  ['.5Ki', 512],
  // What the API server makes of 1.1Gi, and of 1.0001Gi.
  ['1181116006400m', numberOf('1.1Gi')],
  ['1073849198182400u', numberOf('1.0001Gi')],
  ['big', NaN],
  ['-1Gi', NaN],
  ['1Gi ', NaN],
  ['.', NaN],
  ['', NaN],
  [undefined, NaN],
];

describe('numberOf', () => {
  for (const [quantity, number] of rows) {
    it(`${quantity} is ${number}`, () => strictEqual(numberOf(quantity), number));
  }
});
