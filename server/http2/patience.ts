import { Http2Error } from './http2-error.ts';

/**
 * How much work without use the other end may make: requests taken back, pings, settings, empty frames.
 * Programs do some of that in good faith; those that do nothing else ("rapid reset", CVE-2023-44487)
 * are cut off.
 */
export interface Patience {
  /** @throws Http2Error when it is too much. */
  strain(what: string): void;
  /** Something of use was done, or time has passed: so many strains are forgiven. */
  relax(count: number): void;
}

export function createPatience(strainsMax: number): Patience {
  let strains = 0;
  return {
    strain: (what) => {
      strains += 1;
      if (strains > strainsMax) {
        throw new Http2Error('enhanceYourCalm', `${what}, more than ${strainsMax} times in a row`);
      }
    },
    relax: (count) => {
      strains = Math.max(0, strains - count);
    },
  };
}
