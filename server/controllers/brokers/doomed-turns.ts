/** What is marked as deleted, each in its turn: brokers are asked for their part, told, and it is swept. */
import type { BrokerNode } from '../../codec/robustmq/node.ts';
import type { Resource } from '../../state/resources/resource.ts';
import type { BrokerAnswer, ShardItem } from './broker-calls.ts';
import type { Call, Duty, Moment, Proposal } from './duty.ts';
import { createRests } from './rests.ts';
import { createRound } from './round.ts';

/** One thing that is marked. */
export interface Doomed {
  /** Another one for another thing of the same key. */
  readonly name: string;
  /** Dear to find out, as the next one: not before a question is due. */
  readonly items: () => readonly ShardItem[];
  /** Who is to be asked. */
  readonly brokers: () => readonly BrokerNode[];
  readonly tell: Proposal;
  readonly sweep: Proposal;
}

export interface DoomedTurnsParts<Mark> {
  readonly marks: Resource<Mark>;
  /** What it is that has a mark; undefined: it is not there any more. */
  readonly doomedOf: (moment: Moment, mark: Mark) => Doomed | undefined;
  /** Between two rounds of questions about one thing. */
  readonly roundMs: number;
}

/** As much is seen to at once. */
const TURNS_MAX = 20;
/** Marks that are looked at, before it is the turn of the next ones. */
const MARKS_MAX = 200;

/** One round of questions; the turn ends with it, unless all parts are gone. */
interface Turn<Mark> {
  readonly mark: Mark;
  readonly begunMs: number;
  /** Who was asked, and what was said. */
  readonly answers: Map<string, 'asked' | 'gone' | 'left' | 'silent'>;
}

/** What one broker or all of them hold up, holds up nothing else: others have their turn meanwhile. */
export function createDoomedTurns<Mark>(
  parts: DoomedTurnsParts<Mark>,
): Required<Omit<Duty, 'goesOn'>> {
  const { marks, doomedOf, roundMs } = parts;
  const turns = new Map<string, Turn<Mark>>();
  const rests = createRests(roundMs);
  const round = createRound(marks, [], MARKS_MAX);
  const placeOf = (mark: Mark): string => JSON.stringify(marks.keyOf(mark));

  function goOn(moment: Moment, name: string, turn: Turn<Mark>): readonly Proposal[] {
    const { mark, begunMs, answers } = turn;
    const isMarked = moment.records.get(marks, marks.keyOf(mark)) !== undefined;
    const doomed = isMarked ? doomedOf(moment, mark) : undefined;
    if (doomed?.name !== name) {
      turns.delete(name);
      return [];
    }
    const said = [...answers.values()];
    if (said.includes('asked')) return [];
    if (said.every((each) => each === 'gone')) return [doomed.sweep];
    turns.delete(name);
    rests.begin(placeOf(mark), begunMs);
    return said.includes('left') ? [doomed.tell] : [];
  }

  function begin({ nowMs }: Moment, mark: Mark, doomed: Doomed): readonly (Call | Proposal)[] {
    const brokers = doomed.brokers();
    if (brokers.length === 0) {
      rests.begin(placeOf(mark), nowMs);
      return [];
    }
    const items = doomed.items();
    const calls = (items.length === 0 ? [] : brokers).map((to): Call => ({
      ...{ kind: 'call', name: `${doomed.name} ${to.node_id}`, to },
      request: { kind: 'askDeleted', items },
    }));
    const answers: Turn<Mark>['answers'] = new Map(calls.map(({ name }) => [name, 'asked']));
    turns.set(doomed.name, { mark, begunMs: nowMs, answers });
    // Nobody has a part of it.
    return items.length === 0 ? [doomed.sweep] : calls;
  }

  return {
    look: (moment) => {
      const actions: (Call | Proposal)[] = [...turns].flatMap(([name, turn]) =>
        goOn(moment, name, turn),
      );
      round.look(moment, (mark) => {
        if (turns.size >= TURNS_MAX) return false;
        if (rests.has(placeOf(mark), moment.nowMs)) return true;
        const doomed = doomedOf(moment, mark);
        if (doomed === undefined || turns.has(doomed.name)) return true;
        actions.push(...begin(moment, mark, doomed));
        return true;
      });
      return actions;
    },
    answered: (name, answer) => {
      for (const { answers } of turns.values()) {
        if (answers.get(name) === 'asked') answers.set(name, meaningOf(answer));
      }
    },
  };
}

const meaningOf = (answer: BrokerAnswer): 'gone' | 'left' | 'silent' =>
  answer.kind === 'deleted' ? (answer.all ? 'gone' : 'left') : 'silent';
