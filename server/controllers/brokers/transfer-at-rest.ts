import type { WillCourier } from './will-courier.ts';
import type { Node } from '../../node/node.ts';
import type { TransferOutcome } from '../../node/outcome.ts';

export interface RestParts {
  readonly node: Pick<Node, 'status' | 'transfer'>;
  readonly wills: Pick<WillCourier, 'rest'>;
  /** Calls a task later; returns what calls it off. */
  readonly after: (ms: number, task: () => void) => () => void;
  /** Brokers that do not answer within this are not waited for. */
  readonly restMsMax: number;
}

/**
 * Transfers of leadership, each as soon as no broker is being asked to publish a will: what the next leader
 * does not know of, it would have published again.
 */
export function transferAtRest({ node, wills, after, restMsMax }: RestParts): Node['transfer'] {
  return (to, done) => {
    const { role, term } = node.status();
    if (role !== 'leader') {
      node.transfer(to, done);
      return;
    }
    const rest = wills.rest();
    let begun = false;
    const begin = (): void => {
      if (begun) return;
      begun = true;
      cancel();
      const end = (outcome: TransferOutcome): void => {
        rest.end();
        done(outcome);
      };
      const now = node.status();
      // A lead that it has won since is not what is to be handed over.
      if (now.role === 'leader' && now.term !== term) end({ kind: 'aborted' });
      else node.transfer(to, end);
    };
    const cancel = after(restMsMax, begin);
    rest.quiet(begin);
  };
}
