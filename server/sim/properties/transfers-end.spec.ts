import type { Effect } from '../../raft/effect.ts';
import { toMemberId } from '../../raft/ids.ts';
import { DEFAULT_OPTIONS } from '../../raft/options.ts';
import type { Leader, Transfer } from '../../raft/raft.ts';
import { describeProperty } from './cases.contract.ts';
import { leader, stepped } from './testing/observations.ts';
import { transfersEnd } from './transfers-end.ts';

const { electionTimeoutMs } = DEFAULT_OPTIONS;
const transfer: Transfer = { to: toMemberId(2), context: 7, deadlineMs: 0, sent: false };
const refusal: Effect = {
  kind: 'refuse',
  what: 'propose',
  context: 8,
  offset: 0,
  count: 1,
  refusal: { reason: 'transferring', to: toMemberId(2) },
};
const leads = (
  term: number,
  nowMs: number,
  more: Partial<Leader> = {},
  effects: readonly Effect[] = [],
): ReturnType<typeof stepped> => stepped({ term, nowMs, role: leader(1, more) }, effects);

describeProperty(transfersEnd, {
  breaks: {
    'a term begun in the middle of a transfer': [leads(3, 0, { transfer })],
    'a transfer that outlives a step-down': [
      leads(2, 0),
      leads(2, 1, { transfer }),
      stepped({ term: 3, nowMs: 2 }),
      leads(4, 3, { transfer }),
    ],
    'a refusal because of a transfer that never began': [leads(2, 0), leads(2, 1, {}, [refusal])],
    'a transfer without end': [
      leads(2, 0),
      leads(2, 1, { transfer }),
      leads(2, electionTimeoutMs + 2, { transfer }),
    ],
  },
  holds: {
    'a transfer that ends in time': [
      leads(2, 0),
      leads(2, 1, { transfer }, [refusal]),
      leads(2, electionTimeoutMs, { transfer }, [refusal]),
      leads(2, electionTimeoutMs + 2, {}, [refusal]),
      leads(2, electionTimeoutMs + 3, { transfer }),
    ],
    'a transfer begun again in the moment it is given up': [
      leads(2, 0),
      leads(2, 1, { transfer }),
      leads(2, electionTimeoutMs + 2, { transfer: { ...transfer, deadlineMs: 1 } }),
    ],
    'another transfer after a step-down': [
      leads(2, 0),
      leads(2, 1, { transfer }),
      stepped({ term: 3, nowMs: 2 }),
      leads(4, 5000),
      leads(4, 5001, { transfer }),
    ],
  },
});
