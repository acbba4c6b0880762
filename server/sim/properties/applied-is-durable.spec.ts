import { appliedIsDurable } from './applied-is-durable.ts';
import { describeProperty } from './cases.contract.ts';
import { durable, entry, stepped } from './testing/observations.ts';

const handOut = stepped({ term: 2, terms: [1, 2] }, [{ kind: 'commit', entries: [entry(2, 2)] }]);

describeProperty(appliedIsDurable, {
  breaks: {
    'an entry that is not written yet': [durable(1, [1]), handOut],
    'an entry in whose place the disk has another': [durable(1, [1, 1]), handOut],
  },
  holds: {
    'an entry on disk': [durable(1, [1, 2]), handOut],
    'an entry on disk, with more behind it': [durable(1, [1, 2, 2]), handOut],
  },
});
