import type { Ownership } from './observation.ts';
import { stall, wait } from './step.ts';
import type { Wait } from './step.ts';

interface Held {
  readonly what: string;
  readonly ownership: Ownership;
}

/** Names of children that somebody else has: for long, or until Kubernetes has taken away what was before. */
export function notOurs(all: readonly Held[]): Wait | undefined {
  const foreign = all.find(({ ownership }) => ownership === 'foreign');
  if (foreign) {
    return stall('ChildNotOurs', `${foreign.what} is there and does not belong to this resource`);
  }
  const leaving = all.find(({ ownership }) => ownership === 'leaving');
  return (
    leaving &&
    wait(
      'ApplyingChildren',
      `${leaving.what} of the resource that was deleted before has yet to go`,
    )
  );
}
