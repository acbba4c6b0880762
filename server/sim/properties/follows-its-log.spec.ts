import { describeProperty } from './cases.contract.ts';
import { followsItsLog } from './follows-its-log.ts';
import {
  configuration,
  entry,
  persist,
  placed,
  position,
  restored,
  stepped,
} from './testing/observations.ts';

const three = configuration([1, 2, 3]);

/** A step after which the configurations at these indexes are known. */
const goesBy = (
  indexes: readonly number[],
  entries: Parameters<typeof persist>[0] = [],
): ReturnType<typeof stepped> =>
  stepped(
    { term: 2, terms: [1, 1, 1, 1], configurations: indexes.map((index) => placed(index, three)) },
    [persist(entries)],
  );

const installed = restored(1, position(9, 2), 'installed');

describeProperty(followsItsLog, {
  breaks: {
    'a configuration that waits until it is committed': [
      goesBy([1]),
      goesBy([1], [entry(3, 1, 'configuration')]),
    ],
    'a configuration that was cut off': [
      goesBy([1]),
      goesBy([1, 3], [entry(3, 1, 'configuration')]),
      goesBy([1, 3], [entry(3, 2)]),
    ],
    'a configuration that a snapshot has replaced': [goesBy([1]), installed, goesBy([1])],
    'a configuration lost among others': [
      goesBy([1, 3]),
      goesBy([1, 3], [entry(4, 1, 'configuration')]),
    ],
  },
  holds: {
    'appended and cut off': [
      goesBy([1]),
      goesBy([1, 3], [entry(2, 1), entry(3, 1, 'configuration')]),
      goesBy([1], [entry(3, 2)]),
    ],
    'one replaced by another': [
      goesBy([1]),
      goesBy([1, 3], [entry(3, 1, 'configuration')]),
      goesBy([1, 4], [entry(3, 2), entry(4, 2, 'configuration')]),
    ],
    'committed ones forgotten': [goesBy([1, 3]), goesBy([3])],
    'a snapshot': [goesBy([1]), installed, goesBy([0])],
    'a restart': [goesBy([1, 3]), restored(1, position(0, 0)), goesBy([1])],
  },
});
