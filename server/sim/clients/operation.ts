/** What simulated clients do: operations on a key-value map whose every anomaly shows. */
import type { Index } from '../../raft/ids.ts';

export type Operation =
  | { readonly kind: 'put'; readonly key: string; readonly value: string }
  /** Adds `token` to the end of the value: shows lost, doubled and reordered writes at once. */
  | { readonly kind: 'append'; readonly key: string; readonly token: string }
  | {
      readonly kind: 'compareAndSwap';
      readonly key: string;
      readonly from: string;
      readonly to: string;
    }
  | { readonly kind: 'get'; readonly key: string };

/** `unknown`: it may take effect at any later time, or never. `failed`: it never does. */
export type OperationOutcome =
  | { readonly kind: 'ok'; readonly result: OperationResult; readonly index: Index }
  | { readonly kind: 'failed' }
  | { readonly kind: 'unknown' };

/** put: nothing; append: the value after it; compareAndSwap: whether it swapped; get: the value, absent as ''. */
export type OperationResult = string | boolean | undefined;
