import { createDurableLogs } from '../evidence/durable-logs.ts';
import { Violation, type Property } from './property.ts';
import { holds } from '../evidence/stored-log.ts';

const NAME = 'applied is durable';

/** What is handed out to be applied is on the member's own disk: no state is ever ahead of its log. */
export const appliedIsDurable: Property = {
  name: NAME,
  source:
    'ARCHITECTURE.md, The core; etcd-io/raft doc.go, Asynchronous Storage Writes (MsgStorageApply)',
  watch() {
    const logs = createDurableLogs();
    return (observation) => {
      logs.follow(observation);
      if (observation.kind !== 'stepped') return;
      const { directory } = observation.actor;
      for (const effect of observation.effects) {
        const last = effect.kind === 'commit' ? effect.entries.at(-1) : undefined;
        if (last === undefined || logs.now(directory, (log) => holds(log, last))) continue;
        throw new Violation(
          NAME,
          `${directory} is to apply entry ${last.index} of term ${last.term}, which is not on its disk`,
          [directory],
        );
      }
    };
  },
};
