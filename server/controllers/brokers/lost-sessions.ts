/** When a process of a broker is gone, so are the connections that it had. */
import { PART_BYTES_MAX, partsWithin } from '../../state/command-parts.ts';
import {
  departure,
  endDepartures,
  isOrphan,
  orphanSessions,
} from '../../state/registry/departure.ts';
import type { Departure } from '../../state/registry/departure.ts';
import { session } from '../../state/registry/session.ts';
import type { Key } from '../../state/resources/key.ts';
import { propose } from './duty.ts';
import type { Duty } from './duty.ts';
import { createWalk } from './walk.ts';

const STEP_ROWS = 10_000;
/** As many in one entry of the log at most. */
const ORPHANS_MAX = 200;

/** A process is done with once a walk through all sessions, which began when it was gone, found none of it. */
export function createLostSessions(): Duty {
  const walk = createWalk(session, STEP_ROWS);
  let walked: { readonly gone: readonly Departure[]; found: boolean } | undefined;
  return {
    look: (moment) => {
      const { records } = moment;
      if (walked === undefined) {
        const gone = [...records.list(departure, [])];
        if (gone.length === 0) return [];
        walked = { gone, found: false };
      }
      const { gone } = walked;
      const step = walk.next(moment);
      const proposals = gone.flatMap((of) => {
        const keys = step.records
          .filter((each) => isOrphan(records, each, of))
          .map((each) => session.keyOf(each));
        const parts = chunks(keys, ORPHANS_MAX).flatMap((some) =>
          partsWithin(some, bytesOf, PART_BYTES_MAX),
        );
        return parts.map((sessions, at) =>
          propose(`${departure.keyOf(of).join(' ')} ${of.registration} ${at}`, orphanSessions, {
            of,
            sessions,
          }),
        );
      });
      if (proposals.length > 0) walked.found = true;
      if (!step.ended) return proposals;
      const { found } = walked;
      walked = undefined;
      return found ? proposals : [propose('', endDepartures, gone)];
    },
  };
}

const bytesOf = (key: Key): number => key.reduce((sum, part) => sum + Buffer.byteLength(part), 0);

function chunks<Each>(all: readonly Each[], most: number): readonly (readonly Each[])[] {
  const parts: (readonly Each[])[] = [];
  for (let at = 0; at < all.length; at += most) parts.push(all.slice(at, at + most));
  return parts;
}
