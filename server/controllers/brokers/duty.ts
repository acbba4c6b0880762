/** What a leader sees to by itself: it looks at the state, and proposes what is due. */
import type { ReadRange, ReadRow } from '../../ports/machine.ts';
import type { Change } from '../../state/command.ts';
import { changeOf } from '../../state/resources/operation.ts';
import type { Operation } from '../../state/resources/operation.ts';
import type { RecordsView } from '../../state/resources/records.ts';

/** A proposal. It carries what it was decided on, which is checked when it is applied. */
export interface Ask {
  /** While one of this name is on its way, no other is. */
  readonly name: string;
  readonly change: Pick<Change, 'args' | 'kind' | 'operation'>;
}

/** What there is to see, now. */
export interface Moment {
  readonly row: ReadRow;
  readonly range: ReadRange;
  readonly records: RecordsView;
  /** Names of nodes that were heard since the last look, and of connectors. */
  readonly heard: {
    readonly nodes: ReadonlySet<string>;
    readonly connectors: ReadonlySet<string>;
  };
  /** Of a clock that never goes back. */
  readonly nowMs: number;
  /** Unix time in ms, as proposals tell it. */
  readonly timeMs: number;
}

/** One for each lead: what a leader has heard and tried is its own; everything else is replicated. */
export interface Duty {
  /** Does nothing but look. */
  look(moment: Moment): readonly Ask[];
}

export const ask = <Args>(
  name: string,
  operation: Operation<Args, unknown>,
  args: NoInfer<Args>,
): Ask => ({ name: `${operation.name} ${name}`, change: changeOf(operation, args) });
