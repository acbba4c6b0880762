const QUANTITY = /^([0-9.]+)(m|k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei)?$/;
const SCALE: Readonly<Record<string, number>> = {
  m: 1e-3,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};

/** The number that a quantity stands for, such as 1073741824 for `1Gi`; NaN when it is none. */
export function numberOf(quantity: string | undefined): number {
  const [, digits, suffix = ''] = QUANTITY.exec(quantity ?? '') ?? [];
  return Number(digits ?? NaN) * (SCALE[suffix] ?? 1);
}
