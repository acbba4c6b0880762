import { shareGroupMember } from '../../state/registry/share-group.ts';
import { describeProperty } from './cases.contract.ts';
import { deletedStaysGone } from './deleted-stays-gone.ts';
import {
  changed,
  consumer,
  createLife,
  joined,
  left,
  line,
  made,
  pushOf,
  removed,
} from './testing/broker-observations.ts';

const [a, b] = [consumer('a'), consumer('b')] as const;
const history = [joined(1, a), left(2, a), joined(3, b)];
const first = line(1, pushOf('Create', a));
const gone = line(2, pushOf('Delete', a));
const last = line(3, pushOf('Create', b));

const back = createLife();
const twice = createLife();
const inTheEnd = createLife();
const again = createLife();
const onTheWay = createLife();
const deletedFirst = createLife();
const untold = createLife();

describeProperty(deletedStaysGone, {
  breaks: {
    'something that came back': [
      ...history,
      back.lists(2),
      back.registers(4),
      back.isTold([first, last]),
    ],
    'something that went without a word': [
      joined(1, a),
      joined(2, b),
      changed(3, removed(shareGroupMember, a)),
      untold.lists(0),
      untold.registers(4),
      untold.isTold([first, line(2, pushOf('Create', b))]),
    ],
    'a member that is there twice': [
      ...history,
      twice.lists(0),
      twice.registers(4),
      twice.isTold([first, gone]),
      twice.isTold([last, last]),
    ],
    'something that is still there in the end': [
      ...history,
      inTheEnd.lists(0),
      inTheEnd.registers(4),
      inTheEnd.isTold([first]),
      inTheEnd.rests(),
    ],
  },
  holds: {
    'what is deleted again': [
      ...history,
      again.lists(0),
      again.registers(4),
      again.isTold([first, gone, last]),
      again.isTold([first, gone]),
      again.isTold([made(pushOf('Delete', b)), last]),
      again.rests(),
    ],
    'what is not deleted yet': [
      ...history,
      onTheWay.lists(0),
      onTheWay.registers(4),
      onTheWay.isTold([first]),
    ],
    'a member that is deleted before it is told again': [
      ...history,
      deletedFirst.lists(2),
      deletedFirst.registers(4),
      deletedFirst.isTold([last]),
      deletedFirst.isTold([made(pushOf('Delete', b)), last]),
    ],
  },
});
