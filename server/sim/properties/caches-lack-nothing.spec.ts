import { shareGroupMember } from '../../state/registry/share-group.ts';
import { cachesLackNothing } from './caches-lack-nothing.ts';
import { describeProperty } from './cases.contract.ts';
import {
  consumer,
  createLife,
  joined,
  joinedAgain,
  line,
  pushOf,
  put,
} from './testing/broker-observations.ts';

const [a, b] = [consumer('a'), consumer('b')] as const;
const newer = consumer('a', 'newer');
const first = line(1, pushOf('Create', a));
const second = line(2, pushOf('Create', b));

const without = createLife();
const withOld = createLife();
const deaf = createLife();
const behind = createLife();
const whole = createLife();
const listing = createLife();

describeProperty(cachesLackNothing, {
  breaks: {
    'something that a process lacks which was told all': [
      joined(1, a),
      joined(2, b),
      without.lists(1),
      without.registers(4),
      without.isTold([second]),
    ],
    'something that is old': [
      joined(1, a),
      joinedAgain(2, a, newer),
      joined(3, b),
      withOld.lists(2, put(shareGroupMember, a)),
      withOld.registers(4),
      withOld.isTold([line(3, pushOf('Create', b))]),
    ],
    'a process that was told nothing up to the end': [
      joined(1, a),
      joined(2, b),
      deaf.lists(1, put(shareGroupMember, a)),
      deaf.registers(4),
      deaf.rests(),
    ],
  },
  holds: {
    'a process that is told all': [
      joined(1, a),
      joined(2, b),
      whole.lists(0),
      whole.registers(4),
      whole.isTold([first]),
      whole.isTold([second]),
      whole.rests(),
    ],
    'a process that was not told all yet': [
      joined(1, a),
      joined(2, b),
      behind.lists(0),
      behind.registers(4),
      behind.isTold([first]),
    ],
    'a process that has listed what it was not told': [
      joined(1, a),
      joined(2, b),
      listing.lists(1, put(shareGroupMember, a)),
      listing.registers(4),
      listing.isTold([second]),
    ],
  },
});
