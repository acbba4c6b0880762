import { invariant } from '../raft/invariant.ts';
import { checkOptions } from '../raft/options.ts';
import type { NodeOptions } from './node.ts';

/** Refuses settings that cannot work, by an InvariantError that names the setting and its value. */
export function checkNodeOptions(options: NodeOptions): void {
  const { core, directory, seed, founding = [], ...quantities } = options;
  checkOptions(core);
  invariant(directory !== '', 'a directory has a UUID');
  invariant(Number.isSafeInteger(seed), 'seed is a safe integer', { seed });
  invariant(
    founding.every(({ length }) => length > 0),
    'commands are not empty',
  );
  for (const [name, value] of Object.entries(quantities)) {
    const fits = Number.isSafeInteger(value) && value > 0;
    invariant(fits, `option ${name} is a positive integer`, { value });
  }
  const { logBytesMax, logBytesHeldMax } = options;
  invariant(
    logBytesHeldMax >= logBytesMax,
    'logBytesHeldMax, with a snapshot on its way, is at least logBytesMax',
    { logBytesMax, logBytesHeldMax },
  );
}
