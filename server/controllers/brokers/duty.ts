/** What a leader sees to by itself: it looks at the state, proposes what is due, and asks brokers. */
import type { BrokerNode } from '../../codec/robustmq/node.ts';
import type { ReadRange, ReadRow } from '../../ports/machine.ts';
import type { Change } from '../../state/command.ts';
import { changeOf } from '../../state/resources/operation.ts';
import type { Operation } from '../../state/resources/operation.ts';
import type { RecordsView } from '../../state/resources/records.ts';
import type { BrokerAnswer, BrokerRequest } from './broker-calls.ts';
import type { Heard } from './heartbeats.ts';

/** It carries what it was decided on, which is checked when it is applied. */
export interface Proposal {
  readonly kind: 'propose';
  /** While one of this name is on its way, no other is. */
  readonly name: string;
  readonly change: Pick<Change, 'args' | 'kind' | 'operation'>;
}

/** A duty that calls keeps count of its calls: each is made. */
export interface Call {
  readonly kind: 'call';
  readonly name: string;
  readonly to: BrokerNode;
  readonly request: BrokerRequest;
  /** Made only once it is sure that this member leads still: the next leader may have seen to it since. */
  readonly asLeader?: true;
}

/** What there is to see, now. */
export interface Moment {
  readonly row: ReadRow;
  readonly range: ReadRange;
  readonly records: RecordsView;
  /** Since the last look. */
  readonly heard: Heard;
  /** Of a clock that never goes back. */
  readonly nowMs: number;
  /** Unix time in ms, as proposals tell it. */
  readonly timeMs: number;
}

/** What a leader has heard and tried is its own; everything else is replicated. */
export interface Duty {
  /** Does nothing but look. */
  look(moment: Moment): readonly (Call | Proposal)[];
  /** It sees to a part of what is due each time: it looks again as soon as something came of the last. */
  readonly goesOn?: true;
  /** What came of a call, also after the lead has ended. */
  answered?(name: string, answer: BrokerAnswer): void;
}

export const propose = <Args>(
  name: string,
  operation: Operation<Args, unknown>,
  args: NoInfer<Args>,
): Proposal => ({
  kind: 'propose',
  name: `${operation.name} ${name}`,
  change: changeOf(operation, args),
});
