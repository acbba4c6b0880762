/** What the comparison of a replay has found. */
import type { Difference } from './difference.ts';

/** One value that is not as it was captured. */
export interface Finding extends Difference {
  /** The place of the call in the capture; of what nobody expected, undefined. */
  readonly index: number | undefined;
  /** The name of an rpc, or `push` with resource and action. */
  readonly what: string;
}

/** What became of one captured call, or push. */
export interface Outcome {
  readonly what: string;
  readonly kind: 'equal' | 'differs' | 'not served' | 'missing' | 'unexpected' | 'repeated';
  readonly findings: readonly Finding[];
}
