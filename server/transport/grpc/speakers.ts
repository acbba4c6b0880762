/**
 * Which process speaks for a directory. A copy of a directory is the same member once more, and two
 * that vote and acknowledge as one could undo what the cluster has agreed on.
 *
 *   heard for the first time ─▶ speaks ◀─ silent for a while: the other one speaks from now on
 *                                 │
 *                     another process comes: try again
 *                                 │ the one that spoke goes on to speak
 *                                 ▼
 *                both live: whoever came second is to end
 *
 * A member that was started anew is another process too: its predecessor is gone, and what is left
 * of that is a connection that ends soon, or falls silent.
 */
import { status } from '@grpc/grpc-js';
import type { Clock } from '../../ports/clock.ts';
import { Refusal } from './refusal.ts';

export interface Speakers {
  /**
   * A process on `directory` was heard. Throws `Refusal` unless it is the one that speaks for it:
   * ABORTED while that may be a thing of the past, ALREADY_EXISTS once both are known to live.
   *
   * @param incarnation 0: of a version that does not say; it is believed.
   */
  heard(directory: string, incarnation: number): void;
  /** The connection of that process has ended. */
  left(directory: string, incarnation: number): void;
}

interface Speaker {
  readonly incarnation: number;
  heardMs: number;
  /** Who came meanwhile … */
  rival: number;
  /** … and whether the speaker was heard after that. */
  outlived: boolean;
}

/** Longer than any member that is at work is silent towards its leader, or the leader towards it. */
const SILENCE_MS = 2_000;
/** Most directories; whoever says hello is written down, so there is a bound. */
const DIRECTORIES_MAX = 1_024;

/** @param self the process that listens: nobody that began later speaks for its directory. */
export function createSpeakers(
  self: { readonly directory: () => string; readonly incarnation: number },
  clock: Clock,
): Speakers {
  const speakers = new Map<string, Speaker>();

  function begin(directory: string, incarnation: number): void {
    speakers.delete(directory);
    speakers.set(directory, { incarnation, heardMs: clock.nowMs(), rival: 0, outlived: false });
    const [oldest] = speakers.keys();
    if (speakers.size > DIRECTORIES_MAX && oldest !== undefined) speakers.delete(oldest);
  }

  return {
    heard: (directory, incarnation) => {
      if (incarnation === 0) return;
      if (directory === self.directory()) {
        if (incarnation === self.incarnation) return;
        // Each of two that meet would end the other: so only the one that began first may.
        throw incarnation > self.incarnation ? twice(directory) : notYet(directory, 0);
      }
      const speaker = speakers.get(directory);
      const nowMs = clock.nowMs();
      if (speaker?.incarnation === incarnation) {
        speaker.heardMs = nowMs;
        speaker.outlived = speaker.rival !== 0;
        return;
      }
      if (speaker === undefined || nowMs - speaker.heardMs >= SILENCE_MS) {
        begin(directory, incarnation);
        return;
      }
      if (speaker.rival === incarnation && speaker.outlived) throw twice(directory);
      if (speaker.rival !== incarnation) {
        speaker.rival = incarnation;
        speaker.outlived = false;
      }
      throw notYet(directory, nowMs - speaker.heardMs);
    },
    left: (directory, incarnation) => {
      if (speakers.get(directory)?.incarnation === incarnation) speakers.delete(directory);
    },
  };
}

const notYet = (directory: string, sinceMs: number): Refusal =>
  new Refusal(
    status.ABORTED,
    `another process has spoken for directory ${directory} ${Math.round(sinceMs)} ms ago: try again, in case it is gone`,
  );

const twice = (directory: string): Refusal =>
  new Refusal(
    status.ALREADY_EXISTS,
    `two processes run on copies of directory ${directory}, and this is not the one that speaks for ` +
      'it: leave this one stopped and remove its copy (another member begins with an empty ' +
      'directory); or, to move the member here, stop the other one for good first, and copy its ' +
      'directory anew',
  );
