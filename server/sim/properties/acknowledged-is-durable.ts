import type { StoredLog } from '../../ports/log-store.ts';
import type { Effect } from '../../raft/effect.ts';
import type { Term } from '../../raft/ids.ts';
import { lastIndexOf, termAt } from '../../raft/log/log.ts';
import type { AppendAccepted, Message, VoteReply } from '../../raft/message.ts';
import type { Raft } from '../../raft/raft.ts';
import { createDurableLogs } from '../evidence/durable-logs.ts';
import type { Observation } from '../observation.ts';
import { createPerCore } from '../evidence/per-core.ts';
import { Violation, type Property } from './property.ts';
import { holds } from '../evidence/stored-log.ts';

const NAME = 'acknowledged is durable';

/** A claim about the disk of the member that makes it. */
interface Claim {
  readonly message: AppendAccepted | (VoteReply & { readonly granted: true });
  /** Of the entry that is claimed last; undefined when unknown: then nothing is to be checked. */
  readonly matchTerm: Term | undefined;
}

/** A claim to be sent as soon as a persist is done. */
interface Due {
  readonly sequence: number;
  readonly claim: Claim;
}

/**
 * An acknowledgement or a vote leaves a member, and reaches another, only when what it claims is
 * on the sender's disk; and a leader counts itself by the same rule.
 */
export const acknowledgedIsDurable: Property = {
  name: NAME,
  source:
    'Raft paper Figure 2 (persistent state), §5.3; etcd-io/raft doc.go, Asynchronous Storage Writes',
  watch() {
    const logs = createDurableLogs();
    const cores = createPerCore((): { due: Due[] } => ({ due: [] }));

    const leave = (directory: string, claim: Claim): void => {
      if (logs.now(directory, (log) => isTrue(claim, log))) return;
      throw new Violation(NAME, `${directory} sent ${show(claim)}, which is not on its disk`, [
        directory,
      ]);
    };

    /** The disk may have moved on since; a later term excuses the sender. */
    const arrive = (claim: Claim): void => {
      const directory = logs.directoryOf(claim.message.from);
      if (directory === undefined || logs.ever(directory, (log) => isTrue(claim, log))) return;
      throw new Violation(NAME, `${show(claim)} of ${directory} arrived, but is not on its disk`, [
        directory,
      ]);
    };

    const countSelf = (directory: string, raft: Raft): void => {
      const index =
        raft.role.kind === 'leader' ? raft.role.progress.get(raft.id)?.match : undefined;
      const term = index === undefined ? undefined : termAt(raft.log, index);
      if (index === undefined || term === undefined) return;
      if (logs.now(directory, (log) => holds(log, { index, term }))) return;
      throw new Violation(
        NAME,
        `${directory} leads and counts itself for ${index}, which is not on its disk`,
        [directory],
      );
    };

    const step = ({
      actor,
      input,
      effects,
      raft,
    }: Extract<Observation, { kind: 'stepped' }>): void => {
      const { directory } = actor;
      const core = cores.of(actor);
      if (input.kind === 'message') {
        const claim = claimAtLeader(input.message, raft);
        if (claim !== undefined) arrive(claim);
      } else if (input.kind === 'persisted') {
        const { sequence } = input.token;
        const sent = core.due.findIndex((due) => due.sequence > sequence);
        const done = core.due.splice(0, sent < 0 ? core.due.length : sent);
        for (const { claim } of done) leave(directory, claim);
        countSelf(directory, raft);
      } else if (input.kind === 'tick') countSelf(directory, raft);
      for (const effect of effects) collect(effect, raft, directory, core.due);
    };

    const collect = (effect: Effect, raft: Raft, directory: string, due: Due[]): void => {
      if (effect.kind === 'send') {
        const claim = claimOf(effect.message, raft);
        if (claim !== undefined) leave(directory, claim);
      } else if (effect.kind === 'persist') {
        for (const message of effect.thenSend) {
          const claim = claimOf(message, raft);
          if (claim !== undefined) due.push({ sequence: effect.token.sequence, claim });
        }
      }
    };

    return (observation) => {
      logs.follow(observation);
      cores.follow(observation);
      if (observation.kind === 'stepped') step(observation);
    };
  },
};

/** What `message` claims, as its sender sees its own log. */
function claimOf(message: Message, raft: Raft): Claim | undefined {
  if (message.kind === 'appendAccepted') {
    return { message, matchTerm: termAt(raft.log, message.match) };
  }
  return message.kind === 'voteReply' && message.granted
    ? { message: { ...message, granted: true }, matchTerm: undefined }
    : undefined;
}

/** What it claims to the leader it was sent to, whose log it is about; a leader of that term only. */
function claimAtLeader(message: Message, raft: Raft): Claim | undefined {
  if (message.kind !== 'appendAccepted') return claimOf(message, raft);
  if (raft.role.kind !== 'leader' || raft.hardState.term !== message.term) return undefined;
  return message.match > lastIndexOf(raft.log) ? undefined : claimOf(message, raft);
}

function isTrue({ message, matchTerm }: Claim, log: StoredLog): boolean {
  const term = log.hardState?.term ?? 0;
  // In a later term entries may have been replaced, and the vote is another one.
  if (term > message.term) return true;
  if (message.kind === 'voteReply') {
    return term === message.term && log.hardState?.vote === message.to;
  }
  return matchTerm === undefined || holds(log, { index: message.match, term: matchTerm });
}

const show = ({ message }: Claim): string =>
  message.kind === 'voteReply'
    ? `its vote for ${message.to} in term ${message.term}`
    : `match ${message.match} in term ${message.term}`;
