/**
 * Where calls wait for a leader. Clients use up three attempts in 0.2 s, less than any election
 * takes, so a call that finds no leader is not refused but kept, up to a bound, until one is there.
 * Nothing polls: calls are woken when leadership changes.
 */
import type { Clock } from '../ports/clock.ts';
import type { Node } from '../node/node.ts';
import type { ProposeOutcome, ReadOutcome } from '../node/outcome.ts';
import type { Alarm } from './alarm.ts';
import { fail } from './answer.ts';
import type { Answer } from './answer.ts';
import type { LeaderElsewhere, Leadership } from './leadership.ts';
import { watchPast } from './past-leadership.ts';
import { cancelled, leaderSilent, noLeader, redirect } from './status-of.ts';
import { judgeProposal, judgeRead } from './verdict.ts';
import type { Verdict } from './verdict.ts';
import { createWaitingRoom } from './waiting-room.ts';

export interface GateParts {
  readonly node: Pick<Node, 'propose' | 'read'>;
  readonly leadership: Leadership;
  readonly clock: Clock;
  readonly alarm: Alarm;
}

export interface GateOptions {
  /** A call waits for a leader this long in all, in ms. */
  readonly waitMsMax: number;
  /**
   * For this long after it led, or was started, a member says its redirects so that they are not
   * final to clients that others sent to it: at least as long as a follower can take a leader of the
   * past for that of today, about twice the election timeout. In ms.
   */
  readonly secondRedirectMs: number;
}

/** A call at the gate. */
export interface Passage {
  /**
   * The client has gone: a call that waits is answered at once. What a node has begun is answered
   * when it has ended, since it holds memory until then.
   */
  cancel(): void;
}

export interface Gate {
  /**
   * Has the leader carry out a command, here, or says where it is. What is certain not to have been
   * carried out is tried again; what is uncertain never is.
   *
   * @param command made when it is needed, once.
   * @param numbered whether it carries a client's number.
   * @param done called once, with the encoded reply.
   */
  propose(
    command: () => Uint8Array,
    numbered: boolean,
    done: (answer: Answer<Uint8Array>) => void,
  ): Passage;
  /**
   * Linearizable read, on the leader only: elsewhere it would take a message to it all the same.
   *
   * @param look reads the state, synchronously; what it throws is mapped.
   */
  read<Value>(
    look: () => Answer<Value>,
    done: (answer: Answer<Value>) => void,
    manner?: Manner<Value>,
  ): Passage;
}

/** How a call is carried out, where it is not as all others are. */
export interface Manner<Value> {
  /** Asks a leader that is another member, instead of saying where it is. */
  readonly elsewhere?: Elsewhere<Value> | undefined;
  /** It waits for a leader this long in all, in ms, if that is less than others do. */
  readonly waitMsMax?: number | undefined;
}

/**
 * Why a leader that is another member answered nothing. `untaken`: it said that it does not take such
 * calls, so it is said where it is. `silent`: it may be dark, or hang. Its address is kept back then:
 * clients that have it ask there first from then on, as long as they live.
 */
export type Unanswered = 'silent' | 'untaken';

/** @param done called once. */
export type Elsewhere<Value> = (
  leader: LeaderElsewhere,
  done: (answer: Answer<Value> | Unanswered) => void,
) => void;

/** A gate in front of a node. It subscribes to `leadership` for good. */
export function createGate(parts: GateParts, options: GateOptions): Gate {
  const { node, leadership, clock, alarm } = parts;
  const room = createWaitingRoom(leadership, alarm);
  const mayBeSecond = watchPast(leadership, clock, options.secondRedirectMs);
  const judgeElsewhere = createElsewhereJudge(leadership, mayBeSecond);

  function enter<Outcome, Value>(
    ask: (done: (outcome: Outcome) => void) => void,
    judge: (outcome: Outcome) => Verdict<Value>,
    done: (answer: Answer<Value>) => void,
    { elsewhere = sayWhere, waitMsMax = Infinity }: Manner<Value> = {},
  ): Passage {
    const waitMs = Math.min(waitMsMax, options.waitMsMax);
    const deadlineMs = clock.nowMs() + waitMs;
    const tooLate = (): Answer<never> => fail(noLeader(waitMs));
    let gone = false;
    let stopWaiting: (() => void) | undefined;

    function attempt(): void {
      stopWaiting = undefined;
      if (gone || clock.nowMs() > deadlineMs) {
        done(gone ? fail(cancelled()) : tooLate());
        return;
      }
      const leader = leadership.current();
      if (leader === 'here') ask((outcome) => follow(judge(outcome)));
      else if (leader === undefined || !isAddress(leader.clientAddress)) wait();
      else elsewhere(leader, (answer) => follow(judgeElsewhere(leader, answer)));
    }
    function wait(): void {
      const leftMs = Math.max(0, deadlineMs - clock.nowMs());
      stopWaiting = room.wait(leftMs, attempt, () => {
        stopWaiting = undefined;
        done(tooLate());
      });
    }
    function follow(verdict: Verdict<Value>): void {
      if (verdict === 'again') attempt();
      else if (verdict !== 'wait') done(verdict);
      else if (gone || leadership.current() !== 'here') attempt();
      else wait();
    }

    attempt();
    return {
      cancel: () => {
        gone = true;
        if (stopWaiting === undefined) return;
        stopWaiting();
        stopWaiting = undefined;
        done(fail(cancelled()));
      },
    };
  }

  return {
    propose: (command, numbered, done) => {
      let bytes: Uint8Array | undefined;
      return enter<ProposeOutcome, Uint8Array>(
        (answer) => node.propose((bytes ??= command()), answer),
        (outcome) => judgeProposal(outcome, numbered),
        done,
      );
    },
    read: (look, done, manner) =>
      enter(
        (answer: (outcome: ReadOutcome) => void) => node.read(answer),
        (outcome) => judgeRead(outcome, look),
        done,
        manner,
      ),
  };
}

const createElsewhereJudge =
  (leadership: Leadership, mayBeSecond: () => boolean) =>
  <Value>(leader: LeaderElsewhere, answer: Answer<Value> | Unanswered): Verdict<Value> => {
    if (typeof answer === 'object') return answer;
    // While it was asked, another may have come to lead.
    if (!leads(leadership, leader)) return 'again';
    return fail(answer === 'silent' ? leaderSilent() : redirect(leader, mayBeSecond()));
  };

function leads(leadership: Leadership, { member }: LeaderElsewhere): boolean {
  const leader = leadership.current();
  return leader !== 'here' && leader?.member === member;
}

const sayWhere: Elsewhere<never> = (_leader, done) => done('untaken');

/** Clients put what they find into a URI unchecked, and fail badly over what is none. */
const isAddress = (address: string): boolean => /^[^\s"\\{}/@?#]+:\d{1,5}$/.test(address);
