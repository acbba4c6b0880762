import { toIndex, toTerm } from '../../raft/ids.ts';
import type { Configuration } from '../../raft/membership/configuration.ts';
import { describeProperty } from './cases.contract.ts';
import { changeCompareAndSwap } from './change-compare-and-swap.ts';
import { encodeConfiguration } from '../../raft/membership/configuration-codec.ts';
import {
  applied,
  configuration,
  entry,
  leader,
  persist,
  placed,
  stepped,
} from './testing/observations.ts';

const three = configuration([1, 2, 3]);

const inForce = (index: number, id = 1): ReturnType<typeof stepped> =>
  stepped({ id, term: 2, terms: [2], role: leader(1), configurations: [placed(index, three)] });

/** Accepts, at `index` of `term`, a change decided on the configuration at `expected`. */
const accepts = (expected: number, index: number, id = 1, term = 2): ReturnType<typeof stepped> =>
  stepped(
    { id, term, terms: [2], role: leader(1), configurations: [placed(index, three)] },
    [{ kind: 'changeAccepted', context: 7, index: toIndex(index), term: toTerm(term) }],
    { kind: 'change', context: 7, expected: toIndex(expected), changes: [] },
  );

const joint = configuration([1, 2], { outgoing: [1, 2, 3] });

/** A leader appends a configuration at `index`, of itself. */
const appends = (index: number, what: Configuration): ReturnType<typeof stepped> => {
  const data = [...encodeConfiguration(what)];
  return stepped({ term: 2, terms: [2], role: leader(1), configurations: [placed(index, what)] }, [
    persist([entry(index, 2, 'configuration', data)]),
  ]);
};

describeProperty(changeCompareAndSwap, {
  breaks: {
    'a joint configuration that nobody asked for': [inForce(5), appends(6, joint)],
    'the same joint configuration once more after its end': [
      appends(6, joint),
      appends(7, configuration([1, 2])),
      appends(8, joint),
    ],
    'a simple configuration that nobody asked for': [inForce(5), appends(6, three)],
    'a change decided on an older configuration': [inForce(5), accepts(3, 6)],
    'a change decided on a configuration of the future': [inForce(5), accepts(6, 6)],
    'two applied changes decided on one configuration': [
      inForce(5, 1),
      accepts(5, 6, 1, 2),
      inForce(5, 2),
      accepts(5, 7, 2, 3),
      applied(1, entry(6, 2, 'configuration')),
      applied(1, entry(7, 3, 'configuration')),
    ],
  },
  holds: {
    'the end of a joint phase': [appends(6, joint), appends(7, configuration([1, 2]))],
    'a change decided on the configuration in force': [
      inForce(5),
      accepts(5, 6),
      applied(1, entry(6, 2, 'configuration')),
      applied(2, entry(6, 2, 'configuration')),
    ],
    'two decided on one configuration, of which one is dropped': [
      inForce(5, 1),
      accepts(5, 6, 1, 2),
      inForce(5, 2),
      accepts(5, 6, 2, 3),
      applied(1, entry(6, 3, 'configuration')),
      applied(2, entry(6, 3, 'configuration')),
    ],
    'a change that changes nothing': [
      inForce(5),
      accepts(5, 5),
      accepts(5, 6),
      applied(1, entry(6, 2, 'configuration')),
    ],
  },
});
