/**
 * Messages and effects as text, one line each, nothing left out but what a reader can tell from the
 * rest. `3/2` is the entry at index 3 of term 2, `t2` a term, `#1` a context or the number of a persist.
 */
import { decodeConfiguration } from '../membership/configuration-codec.ts';
import type { Configuration, Member } from '../membership/configuration.ts';
import type { Effect, Persist, Refusal } from '../effect.ts';
import type { Entry } from '../entry.ts';
import type { LogPosition } from '../ids.ts';
import type { Message } from '../message.ts';
import { text } from './value.ts';

/** `3/2`. */
export const renderPosition = ({ index, term }: LogPosition): string => `${index}/${term}`;

/** `v1 v2^5 l3 x4 out 1,2,4`: voters, of priority 5 the second, a learner, a leaving member; joint. */
export function renderConfiguration({ members, outgoing, trust }: Configuration): string {
  const letters = { voter: 'v', learner: 'l', leaving: 'x' } as const;
  const renderMember = ({ id, standing, priority }: Member): string =>
    `${letters[standing]}${id}${priority === 0 ? '' : `^${priority}`}`;
  const joint = outgoing.length === 0 ? '' : ` out ${outgoing.join(',')}`;
  return `${members.map(renderMember).join(' ')}${joint}${trust === 'earlyCampaign' ? '' : ` ${trust}`}`;
}

function renderEntry(entry: Entry): string {
  switch (entry.kind) {
    case 'noop':
      return `${renderPosition(entry)} noop`;
    case 'command':
      return `${renderPosition(entry)} "${text(entry.data)}"`;
    case 'configuration':
      return `${renderPosition(entry)} {${renderConfiguration(decodeConfiguration(entry.data))}}`;
  }
}

/** `[3/2 "a", 4/2 noop]`. */
const renderEntries = (entries: readonly Entry[]): string =>
  `[${entries.map(renderEntry).join(', ')}]`;

/** `1>2 vote t3 …`. */
export const renderMessage = (message: Message): string =>
  `${message.from}>${message.to} ${message.kind} t${message.term}${renderContent(message)}`;

function renderContent(message: Message): string {
  switch (message.kind) {
    case 'preVote':
      return ` last ${renderPosition(message.last)}`;
    case 'vote':
      return ` last ${renderPosition(message.last)}${message.transfer ? ' transfer' : ''}`;
    case 'preVoteReply':
    case 'voteReply':
      return message.granted ? ' granted' : ' refused';
    case 'append': {
      const { previous, entries, commit } = message;
      return ` after ${renderPosition(previous)} ${renderEntries(entries)} commit ${commit}`;
    }
    case 'committed':
      return ` ${renderPosition(message.commit)}`;
    case 'appendAccepted':
      return ` match ${message.match}`;
    case 'appendRejected': {
      const { previous, hint, last } = message;
      return ` previous ${previous} hint ${renderPosition(hint)} last ${last}`;
    }
    case 'heartbeat':
      return ` round ${message.round} commit ${renderPosition(message.commit)}`;
    case 'heartbeatReply': {
      const flags = `${message.lease ? ' lease' : ''}${message.spaceLow ? ' spaceLow' : ''}`;
      return ` round ${message.round} last ${message.last}${flags}`;
    }
    case 'snapshot': {
      const { configuration, configurationIndex } = message.snapshot;
      const membership = `{${renderConfiguration(configuration)}} of ${configurationIndex}`;
      return ` at ${renderPosition(message.snapshot)} ${membership}`;
    }
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

/** An effect, in lines: what a persist releases stands below it. */
export function renderEffect(effect: Effect): readonly string[] {
  switch (effect.kind) {
    case 'persist':
      return renderPersist(effect);
    case 'send':
      return [`send ${renderMessage(effect.message)}`];
    case 'commit':
      return [`commit ${renderEntries(effect.entries)}`];
    case 'readReady':
      return [`readReady #${effect.context} index ${effect.index}`];
    case 'accepted':
      return [`accepted #${effect.context} from ${effect.first} count ${effect.count}`];
    case 'changeAccepted':
      return [`changeAccepted #${effect.context} index ${effect.index}`];
    case 'refuse':
      return [`refuse ${effect.what} #${effect.context}: ${renderRefusal(effect.refusal)}`];
    case 'transferEnded':
      return [`transferEnded #${effect.context} ${effect.outcome}`];
    case 'roleChanged': {
      const { role, term, leader } = effect;
      const following = role === 'follower' ? ` of ${leader ?? 'nobody'}` : '';
      return [`role ${role}${following} t${term}`];
    }
    case 'fetch':
      return [`fetch for ${effect.to} after ${effect.after}`];
    case 'sendSnapshot':
      return [`sendSnapshot to ${effect.to}`];
    case 'install':
      return [`install ${renderPosition(effect.snapshot)} from ${effect.from}`];
    case 'compact':
      return [`compact through ${renderPosition(effect.through)}`];
    case 'alarm': {
      const { alarm, member, acknowledged, found } = effect;
      return [`alarm ${alarm} ${member}: acknowledged ${acknowledged}, found ${found}`];
    }
  }
}

function renderPersist({ token, hardState, entries, thenSend }: Persist): readonly string[] {
  const vote = hardState?.vote === undefined ? '' : ` vote ${hardState.vote}`;
  const hard = hardState === undefined ? '' : ` t${hardState.term}${vote}`;
  const what = entries.length === 0 ? '' : ` ${renderEntries(entries)}`;
  const released = thenSend.map((message) => `  then send ${renderMessage(message)}`);
  return [`persist #${token.sequence}${hard}${what}`, ...released];
}

function renderRefusal(refusal: Refusal): string {
  const { reason, ...values } = refusal;
  const shown = Object.entries(values).map(([name, value]) => ` ${name} ${value ?? 'unknown'}`);
  return `${reason}${shown.join('')}`;
}
