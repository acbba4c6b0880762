import type { ChangeOutcome } from '../../node/outcome.ts';
import type { Change, Configuration } from '../../raft/membership/configuration.ts';
import { announcementOf } from './addresses.ts';
import { AdminError, outcomeUnknown } from './admin-error.ts';
import { confirmLeadership, requireIndex, requireSettledLeader } from './leadership.ts';
import type { Leading } from './leadership.ts';
import { problemOf } from './membership-checks.ts';
import type { AdminParts } from './parts.ts';
import { refused } from './refusals.ts';
import { changeOf, isFulfilled } from './wish.ts';
import type { Wish } from './wish.ts';

type Parts = Pick<AdminParts, 'book' | 'discover' | 'introduce' | 'node' | 'promoted' | 'self'>;

/** A configuration that is committed and not joint, and the index it came from. */
export interface Placed {
  readonly index: number;
  readonly configuration: Configuration;
}

/**
 * Carries out all wishes or none of them, as one change of the configuration found at `expected`.
 * Wishes that are fulfilled already are answered at once, whatever `expected` is: whoever repeats a
 * call whose answer was lost cannot know better. Throws AdminError.
 */
export async function changeMembers(
  parts: Parts,
  expected: number,
  wishes: readonly Wish[],
): Promise<Placed> {
  let done = false;
  try {
    const placed = await decide(parts, expected, wishes);
    done = true;
    return placed;
  } finally {
    for (const { kind } of wishes) if (kind === 'promote') parts.promoted(done);
  }
}

async function decide(parts: Parts, expected: number, wishes: readonly Wish[]): Promise<Placed> {
  let leading = requireSettledLeader(parts);
  if (areFulfilled(leading, wishes)) {
    introduce(parts, wishes);
    await confirmLeadership(parts);
    leading = requireSettledLeader(parts);
    if (areFulfilled(leading, wishes)) return placedOf(leading);
  }
  requireIndex(leading, expected);
  if (await meet(parts, wishes)) {
    leading = requireSettledLeader(parts);
    requireIndex(leading, expected);
  }
  const announced = (directory: string) => announcementOf(parts, directory);
  const problem = problemOf({ ...leading, announced }, wishes);
  if (problem !== undefined) throw new AdminError('failedPrecondition', problem);
  // First of all: the leader speaks to a new member as soon as it is one.
  introduce(parts, wishes);
  return await carryOut(parts, leading, wishes);
}

function carryOut(
  parts: Parts,
  { status, configuration }: Leading,
  wishes: readonly Wish[],
): Promise<Placed> {
  // Those that are fulfilled already are no change to the core.
  const changes = wishes
    .map((wish) => changeOf(configuration, wish))
    .filter((change): change is Change => change !== undefined);
  return new Promise((resolve, reject) => {
    parts.node.change(status.configurationIndex, changes, (outcome) => {
      const problem = problemOfOutcome(parts, outcome);
      if (problem !== undefined) {
        reject(problem);
        return;
      }
      const { configuration: now, configurationIndex } = parts.node.status();
      if (now === undefined) reject(outcomeUnknown());
      else resolve({ index: configurationIndex, configuration: now });
    });
  });
}

function problemOfOutcome(parts: Parts, outcome: ChangeOutcome): AdminError | undefined {
  switch (outcome.kind) {
    case 'changed':
      return undefined;
    case 'refused':
      return refused(parts, outcome.refusal);
    case 'dropped':
      return new AdminError(
        'unavailable',
        'This was not carried out: leadership has moved. Observe, then repeat the same call.',
      );
    case 'unknown':
      return outcomeUnknown();
  }
}

const areFulfilled = ({ configuration }: Leading, wishes: readonly Wish[]): boolean =>
  wishes.every((wish) => isFulfilled(configuration, wish));

const placedOf = ({ status, configuration }: Leading): Placed => ({
  index: status.configurationIndex,
  configuration,
});

/**
 * Asks those that are to be added who they are, where an address is given: the checks go by what is
 * known of a directory. Nobody needs to answer; a process may start after it was added. Returns whether
 * anybody was asked, so that time has passed.
 */
async function meet(parts: Parts, wishes: readonly Wish[]): Promise<boolean> {
  const addresses = wishes.flatMap((wish) =>
    wish.kind === 'add' && wish.peerAddress !== '' ? [wish.peerAddress] : [],
  );
  await Promise.allSettled(addresses.map((address) => parts.discover(address)));
  return addresses.length > 0;
}

function introduce(parts: Parts, wishes: readonly Wish[]): void {
  for (const wish of wishes) {
    if (wish.kind === 'add') parts.introduce(wish.directory, wish.peerAddress);
  }
}
