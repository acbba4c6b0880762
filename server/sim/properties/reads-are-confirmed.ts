import type { MemberId, Term } from '../../raft/ids.ts';
import type { Message } from '../../raft/message.ts';
import { placedOf, type Leader, type Raft } from '../../raft/raft.ts';
import type { Observation } from '../observation.ts';
import { createPerCore } from '../evidence/per-core.ts';
import { Violation, type Property } from './property.ts';
import { hasQuorum } from '../evidence/voters.ts';

const NAME = 'reads are confirmed by a quorum';

/** What a leader has heard, counted apart from the core. */
interface Known {
  term: Term | undefined;
  /** The last heartbeat round it sent, and when it began each of the last ones. */
  round: number;
  starts: Map<number, number>;
  /** The last round each member answered, and the last it answered with a promise. */
  answered: Map<MemberId, number>;
  promised: Map<MemberId, number>;
  /** The last round sent when a read arrived first (messages repeat), by who asked and its context. */
  reads: Map<string, number>;
  timeoutNowSent: boolean;
}

const nothing = (): Known => ({
  term: undefined,
  round: 0,
  starts: new Map(),
  answered: new Map(),
  promised: new Map(),
  reads: new Map(),
  timeoutNowSent: false,
});

/**
 * A leader answers a read only after an entry of its own term is committed, and after a quorum has
 * answered a heartbeat sent since the read arrived; or, under leases, has promised within the last
 * election timeout less the margin to elect nobody else, and the leader has asked nobody to break
 * that promise. A member never uses the context of a read twice: a late answer to the first read
 * would be taken for one to the second.
 */
export const readsAreConfirmed: Property = {
  name: NAME,
  source: 'Ongaro, dissertation §6.4, §6.4.1, §3.10; etcd#21399',
  watch() {
    const cores = createPerCore((): { known: Known } => ({ known: nothing() }));
    const contexts = new Map<MemberId, Set<number>>();
    return (observation) => {
      cores.follow(observation);
      if (observation.kind !== 'stepped') return;
      const { actor, member, input, raft } = observation;
      if (input.kind === 'read') {
        const used = contexts.get(member) ?? new Set();
        contexts.set(member, used);
        if (used.has(input.context)) {
          throw new Violation(NAME, `${actor.directory} used read context ${input.context} twice`, [
            actor.directory,
          ]);
        }
        used.add(input.context);
      }
      if (raft.role.kind !== 'leader') return;
      const core = cores.of(actor);
      if (core.known.term !== raft.hardState.term) {
        core.known = nothing();
        core.known.term = raft.hardState.term;
      }
      lead(observation, raft.role, core.known);
    };
  },
};

function lead(
  observation: Extract<Observation, { kind: 'stepped' }>,
  role: Leader,
  known: Known,
): void {
  const { actor, input, effects, raft } = observation;
  if (input.kind === 'read') arrive(nameOf(raft.id, input.context), known);
  else if (input.kind === 'message') receive(input.message, raft, known);
  // What a step sends, it sends before it answers.
  for (const effect of effects) if (effect.kind === 'send') send(effect.message, raft, known);
  for (const effect of effects) {
    const name =
      effect.kind === 'readReady'
        ? nameOf(raft.id, effect.context)
        : effect.kind === 'send' && effect.message.kind === 'readReply'
          ? nameOf(effect.message.to, effect.message.context)
          : undefined;
    if (name === undefined) continue;
    const round = known.reads.get(name);
    const problem = problemOf(round, raft, role, known);
    if (problem === undefined) continue;
    throw new Violation(NAME, `${actor.directory} answered a read ${problem}`, [actor.directory]);
  }
}

const nameOf = (member: MemberId, context: number): string => `${member} ${context}`;

function arrive(name: string, { reads, round }: Known): void {
  if (!reads.has(name)) reads.set(name, round);
}

function receive(message: Message, raft: Raft, known: Known): void {
  if (message.kind === 'readRequest') {
    arrive(nameOf(message.from, message.context), known);
  } else if (message.kind === 'heartbeatReply' && message.term === raft.hardState.term) {
    raise(known.answered, message.from, message.round);
    if (message.lease) raise(known.promised, message.from, message.round);
  }
}

function send(message: Message, raft: Raft, known: Known): void {
  if (message.kind === 'timeoutNow') known.timeoutNowSent = true;
  if (message.kind !== 'heartbeat' || message.round <= known.round) return;
  known.round = message.round;
  known.starts.set(message.round, raft.nowMs);
  for (const [round, atMs] of known.starts) {
    if (atMs + raft.options.electionTimeoutMs >= raft.nowMs) return;
    known.starts.delete(round);
  }
}

/** Why a read that arrived after `round` may not be answered now. */
function problemOf(
  round: number | undefined,
  raft: Raft,
  role: Leader,
  known: Known,
): string | undefined {
  if (round === undefined) return 'that nobody has asked for';
  if (raft.commit < role.firstIndex) return 'before an entry of its term was committed';
  const { configuration } = placedOf(raft);
  const confirmed = hasQuorum(
    configuration,
    (id) => id === raft.id || (known.answered.get(id) ?? 0) > round,
  );
  if (confirmed) return undefined;
  if (configuration.trust !== 'lease') return 'that no later heartbeat round has confirmed';
  if (known.timeoutNowSent) return 'under a lease that it gave up by TimeoutNow';
  const { electionTimeoutMs, leaseMarginMs } = raft.options;
  const heldSinceMs = raft.nowMs - electionTimeoutMs + leaseMarginMs;
  const leased = hasQuorum(configuration, (id) => {
    const startMs = known.starts.get(known.promised.get(id) ?? 0) ?? -Infinity;
    return id === raft.id || startMs > heldSinceMs;
  });
  return leased ? undefined : 'under a lease that it does not hold';
}

function raise(rounds: Map<MemberId, number>, member: MemberId, round: number): void {
  if (round > (rounds.get(member) ?? 0)) rounds.set(member, round);
}
