/** Canonical forms of Kubernetes have exponents and millionths, too, whatever form was given. */
const QUANTITY = /^\+?([0-9]+[.]?[0-9]*|[.][0-9]+)([numkMGTPE]|[KMGTPE]i|[eE][+-]?[0-9]+)?$/;
const SCALE: Readonly<Record<string, number>> = {
  n: 1e-9,
  u: 1e-6,
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

/**
 * The whole number nearest to what a quantity stands for, such as 1073741824 for `1Gi`, so that all forms of
 * one size are the same number; NaN when it is none.
 */
export function numberOf(quantity: string | undefined): number {
  const [, digits, suffix = ''] = QUANTITY.exec(quantity ?? '') ?? [];
  const scale = SCALE[suffix] ?? Number(`1${suffix}`);
  return Math.round(Number(digits ?? NaN) * scale);
}
