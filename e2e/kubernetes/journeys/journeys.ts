/** All journeys. */
import type { Journey } from './journey.ts';
import { KUBERNETES } from './rows/kubernetes.ts';
import { MEMBERS } from './rows/members.ts';
import { NODES } from './rows/nodes.ts';
import { OPERATORS } from './rows/operators.ts';
import { RECOVERY } from './rows/recovery.ts';
import { ROLLS } from './rows/rolls.ts';
import { SCALING } from './rows/scaling.ts';

export const JOURNEYS: readonly Journey[] = [
  ...SCALING,
  ...MEMBERS,
  ...NODES,
  ...ROLLS,
  ...KUBERNETES,
  ...OPERATORS,
  ...RECOVERY,
];
