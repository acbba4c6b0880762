import type { MemberId, Term } from '../../raft/ids.ts';
import type { Message } from '../../raft/message.ts';
import { placedOf } from '../../raft/raft.ts';
import { isGranted } from '../evidence/grants.ts';
import type { Observation } from '../observation.ts';
import { createPerCore } from '../evidence/per-core.ts';
import { Violation, type Property } from './property.ts';

const NAME = 'a live leader is not disrupted';

/** What a follower has heard of its leader. */
interface Known {
  term: Term;
  leader: MemberId | undefined;
  heardMs: number;
  /** Its process was reported gone since. */
  suspect: boolean;
}

/**
 * Who heard from its leader within the election timeout, by its own clock, helps nobody else into
 * office: it grants neither a vote nor a pre-vote. Three exceptions: the leader asked for the election
 * itself (and a candidate says so only if that is so), it has said that it leads no more, or its
 * process is reported gone and the cluster trusts such reports.
 */
export const noDisruption: Property = {
  name: NAME,
  source: 'Ongaro, dissertation §4.2.3, §9.6; ARCHITECTURE.md, The core',
  watch() {
    const cores = createPerCore((): Known => ({
      term: 0 as Term,
      leader: undefined,
      heardMs: -Infinity,
      suspect: false,
    }));
    return (observation) => {
      cores.follow(observation);
      if (observation.kind !== 'stepped') return;
      const known = cores.of(observation.actor);
      checkGrant(observation, known);
      checkClaim(observation);
      learn(observation, known);
    };
  },
};

type Stepped = Extract<Observation, { kind: 'stepped' }>;

function checkGrant({ actor, input, effects, raft }: Stepped, known: Known): void {
  if (input.kind !== 'message' || known.leader === undefined) return;
  const { message } = input;
  if (message.kind !== 'preVote' && (message.kind !== 'vote' || message.transfer)) return;
  if (raft.nowMs >= known.heardMs + raft.options.electionTimeoutMs) return;
  if (known.suspect && placedOf(raft).configuration.trust === 'earlyCampaign') return;
  if (!isGranted(effects, message.from)) return;
  throw new Violation(
    NAME,
    `${actor.directory} granted a ${message.kind} to member ${message.from} ${Math.round(raft.nowMs - known.heardMs)} ms after it heard from its leader, member ${known.leader}`,
    [actor.directory],
  );
}

function checkClaim({ actor, input, effects }: Stepped): void {
  if (input.kind === 'message' && input.message.kind === 'timeoutNow') return;
  for (const effect of effects) {
    if (effect.kind !== 'persist') continue;
    for (const message of effect.thenSend) {
      if (message.kind !== 'vote' || !message.transfer) continue;
      throw new Violation(
        NAME,
        `${actor.directory} asks for votes as if its leader had asked it to`,
        [actor.directory],
      );
    }
  }
}

function learn({ input, raft }: Stepped, known: Known): void {
  const { term } = raft.hardState;
  if (term !== known.term || raft.role.kind !== 'follower') {
    known.term = term;
    known.leader = undefined;
    known.suspect = false;
  }
  if (raft.role.kind !== 'follower') return;
  // It has waited long enough for a leader it had to doubt.
  if (known.suspect && raft.role.leader === undefined) known.leader = undefined;
  if (input.kind === 'peer' && input.member === known.leader) known.suspect = !input.reachable;
  if (input.kind === 'message' && isHeard(input.message.kind) && input.message.term === term) {
    known.leader = input.message.from;
    known.heardMs = raft.nowMs;
    known.suspect = false;
  }
  if (
    input.kind === 'message' &&
    input.message.kind === 'resigned' &&
    input.message.from === known.leader &&
    input.message.term === term
  ) {
    known.leader = undefined;
  }
}

const isHeard = (kind: Message['kind']): boolean => kind === 'append' || kind === 'heartbeat';
