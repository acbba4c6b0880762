import { describeProperty } from './cases.contract.ts';
import { consumer, createLife, joined, line, made, pushOf } from './testing/broker-observations.ts';
import { toldInOrder } from './told-in-order.ts';

const [a, b, c] = [consumer('a'), consumer('b'), consumer('c')] as const;
const { lists, registers, isTold } = createLife();
const before = createLife(50n);
const log = [joined(1, a), joined(2, b), joined(3, c)];
const first = line(1, pushOf('Create', a));
const second = line(2, pushOf('Create', b));
const third = line(3, pushOf('Create', c));
const fromState = made(pushOf('Create', b));
/** By whoever does not know yet that the process is registered. */
const asTheOneBefore = { turnedTo: 3 };
const begun = [...log, lists(0), registers(4)];

describeProperty(toldInOrder, {
  breaks: {
    'something that is left out': [...begun, isTold([first]), isTold([third])],
    'something that is left out of an update': [...begun, isTold([first, third])],
    'one thing before another': [...begun, isTold([second])],
    'what was told again, and not up to its end': [
      ...begun,
      isTold([first, second]),
      isTold([first]),
      isTold([third]),
    ],
    'what is left out behind what the state told': [
      ...begun,
      isTold([fromState], { appliedTo: 1 }),
      isTold([third]),
    ],
    'what is left out behind what a process has listed': [
      ...log,
      lists(1),
      registers(4),
      isTold([third]),
    ],
    'what is not told again to a process that has listed what was older': [
      ...log,
      isTold([first, second], asTheOneBefore),
      lists(1),
      registers(4),
      isTold([third]),
    ],
    'what is left out behind what a process was told in the place of another': [
      ...log,
      isTold([first], asTheOneBefore),
      lists(3),
      registers(4),
      isTold([third]),
    ],
    'what it has acknowledged to the same leader': [
      ...begun,
      isTold([first, second]),
      isTold([second, third]),
    ],
    'what it has acknowledged to the same leader long before': [
      ...begun,
      isTold([first]),
      isTold([second]),
      isTold([first]),
    ],
    'one thing twice at once': [...begun, isTold([first, first])],
    'a leader that was overtaken': [
      ...begun,
      isTold([first], { lead: 2 }),
      isTold([second], { lead: 1 }),
    ],
  },
  holds: {
    'everything in its order': [...begun, isTold([first]), isTold([second, third])],
    'what is told again from somewhere on': [
      ...begun,
      isTold([first, second, third]),
      isTold([second], { lead: 2 }),
      isTold([third], { lead: 3 }),
    ],
    'what nobody knows to have been acknowledged, and what came meanwhile': [
      ...begun,
      isTold([first]),
      isTold([first, second]),
      isTold([first, second, third]),
    ],
    'what is told again since it has registered again': [
      ...begun,
      isTold([first]),
      isTold([second]),
      registers(5),
      isTold([first]),
    ],
    'a member that is deleted before it is told again': [
      ...begun,
      isTold([first]),
      isTold([made(pushOf('Delete', a)), first, second]),
    ],
    'what the broker itself has caused': [
      joined(1, a),
      joined(2, b, 1n),
      joined(3, c),
      lists(0),
      registers(4),
      isTold([first]),
      isTold([third]),
    ],
    'what comes behind what the state told': [
      ...begun,
      isTold([fromState], { appliedTo: 2 }),
      isTold([third]),
    ],
    'what comes behind what a process has listed': [
      ...log,
      lists(2),
      registers(4),
      isTold([third]),
    ],
    'what a process is told in the place of another before it is registered': [
      ...log,
      isTold([first], asTheOneBefore),
      lists(3),
      isTold([second], asTheOneBefore),
    ],
    'another process that was told as much': [
      ...log,
      before.lists(0),
      before.registers(4),
      before.isTold([first]),
      lists(2),
      registers(5),
      isTold([third]),
    ],
  },
});
