/** Amounts of bytes as Kubernetes writes them. */

const FACTORS: Readonly<Record<string, number>> = {
  '': 1,
  ...{ k: 1e3, M: 1e6, G: 1e9, T: 1e12, P: 1e15 },
  ...{ Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30, Ti: 2 ** 40, Pi: 2 ** 50 },
};

/** The bytes of a quantity such as `1.5Gi`, rounded up. Throws when it is none, or has an exponent. */
export function bytesOf(quantity: string): number {
  const [, digits = '', suffix = ''] = /^([0-9.]+)([A-Za-z]*)$/.exec(quantity) ?? [];
  const bytes = Math.ceil(Number(digits) * (FACTORS[suffix] ?? NaN));
  if (digits === '' || Number.isNaN(bytes)) throw new Error(`${quantity} is no amount of bytes`);
  return bytes;
}
