/** Messages, inputs and effects in few words, for a trace. */
import type { Effect } from '../../raft/effect.ts';
import type { LogPosition } from '../../raft/ids.ts';
import type { Input } from '../../raft/input.ts';
import type { Message } from '../../raft/message.ts';
import type { Configuration } from '../../raft/membership/configuration.ts';
import { isJoint } from '../../raft/membership/configuration.ts';
import type { SnapshotPosition } from '../../raft/snapshot-position.ts';

const position = ({ index, term }: LogPosition): string => `${index}@${term}`;

/** `1v 2l 3x` are a voter, a learner and one that leaves; `/ 1 3` the outgoing voters. */
function describeConfiguration(configuration: Configuration): string {
  const members = configuration.members.map(
    ({ id, standing, priority }) =>
      `${id}${{ voter: 'v', learner: 'l', leaving: 'x' }[standing]}${priority === 0 ? '' : `+${priority}`}`,
  );
  const outgoing = isJoint(configuration) ? ` / ${configuration.outgoing.join(' ')}` : '';
  return `[${members.join(' ')}${outgoing} ${configuration.trust}]`;
}

const snapshotPosition = (at: SnapshotPosition): string =>
  `${position(at)} ${describeConfiguration(at.configuration)} of ${at.configurationIndex}`;

/** A message on one line of a trace: kind, sender, receiver, term, and what it says. */
export function describeMessage(message: Message): string {
  return `${message.kind} ${message.from}→${message.to} t${message.term}${messageDetails(message)}`;
}

function messageDetails(message: Message): string {
  switch (message.kind) {
    case 'preVote':
      return ` last ${position(message.last)}`;
    case 'vote':
      return ` last ${position(message.last)}${message.transfer ? ' transfer' : ''}`;
    case 'preVoteReply':
    case 'voteReply':
      return message.granted ? ' granted' : ' refused';
    case 'append': {
      const terms = message.entries.map((entry) => `${entry.kind[0] ?? ''}${entry.term}`).join('');
      const { previous, entries, commit } = message;
      return ` after ${position(previous)} +${entries.length}(${terms}) commit ${commit}`;
    }
    case 'committed':
      return ` commit ${position(message.commit)}`;
    case 'appendAccepted':
      return ` match ${message.match}`;
    case 'appendRejected':
      return ` at ${message.previous} hint ${position(message.hint)} last ${message.last}`;
    case 'heartbeat':
      return ` round ${message.round} commit ${position(message.commit)}`;
    case 'heartbeatReply':
      return ` round ${message.round}${message.lease ? ' lease' : ''}`;
    case 'snapshot':
      return ` ${snapshotPosition(message.snapshot)}`;
    case 'readRequest':
      return ` #${message.context}`;
    case 'readReply':
      return ` #${message.context} index ${message.index}`;
    case 'timeoutNow':
    case 'resigned':
    case 'removed':
      return '';
  }
}

/** An input on one line of a trace. */
export function describeInput(input: Input): string {
  switch (input.kind) {
    case 'message':
      return describeMessage(input.message);
    case 'propose':
      return `propose #${input.context} ×${input.commands.length}`;
    case 'persisted':
      return `persisted ${input.token.sequence} through ${position(input.token.through)} t${input.token.term}`;
    case 'fetched':
      return `fetched for ${input.to} after ${input.after} +${input.entries.length}`;
    case 'tick':
    case 'read':
    case 'change':
    case 'transfer':
    case 'storageFailed':
    case 'storageSpace':
    case 'snapshotSent':
    case 'installed':
    case 'compact':
    case 'peer':
      return `${input.kind}${rest(input)}`;
  }
}

/** An effect on one line of a trace. */
export function describeEffect(effect: Effect): string {
  switch (effect.kind) {
    case 'persist': {
      const { hardState, entries, thenSend, token } = effect;
      const state =
        hardState === undefined ? '' : ` t${hardState.term} vote ${hardState.vote ?? '-'}`;
      const first = entries[0];
      const range = first === undefined ? '' : ` ${position(first)}…${position(token.through)}`;
      const sends = thenSend.map((message) => ` then ${describeMessage(message)}`).join('');
      return `persist ${token.sequence}${state}${range}${sends}`;
    }
    case 'send':
      return `send ${describeMessage(effect.message)}`;
    case 'commit':
      return `commit …${effect.entries.at(-1)?.index ?? 0}`;
    case 'refuse':
      return `refuse ${effect.what} #${effect.context}+${effect.offset} ${JSON.stringify(effect.refusal)}`;
    case 'install':
      return `install from ${effect.from} ${snapshotPosition(effect.snapshot)}`;
    case 'readReady':
    case 'accepted':
    case 'changeAccepted':
    case 'transferEnded':
    case 'roleChanged':
    case 'fetch':
    case 'sendSnapshot':
    case 'compact':
    case 'alarm':
      return `${effect.kind}${rest(effect)}`;
  }
}

/** The fields but `kind`, as they are. */
function rest(record: { readonly kind: string }): string {
  const fields = JSON.stringify({ ...record, kind: undefined });
  return fields === '{}' ? '' : ` ${fields}`;
}
