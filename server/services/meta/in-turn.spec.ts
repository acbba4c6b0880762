import assert from 'node:assert/strict';
import { accept, fail } from '../answer.ts';
import type { Answer } from '../answer.ts';
import { cancelled, internal } from '../status-of.ts';
import { inTurn } from './in-turn.ts';

describe('what is done in turn', () => {
  function createTurns(asks: readonly number[]) {
    const started: number[] = [];
    const answers: Answer<readonly string[]>[] = [];
    let answer: (answer: Answer<string>) => void = () => undefined;
    const passage = inTurn<number, string>(
      asks,
      (ask, then) => {
        started.push(ask);
        answer = then;
        return { cancel: () => undefined };
      },
      (all) => void answers.push(all),
    );
    return { passage, started, answers, answer: (one: Answer<string>) => answer(one) };
  }

  it('is answered once all of it is done', () => {
    const { started, answers, answer } = createTurns([1, 2]);
    assert.deepEqual(started, [1]);
    answer(accept('a'));
    assert.deepEqual([started, answers], [[1, 2], []]);
    answer(accept('b'));
    assert.deepEqual(answers, [accept(['a', 'b'])]);
  });

  it('ends with what fails', () => {
    const { started, answers, answer } = createTurns([1, 2, 3]);
    answer(accept('a'));
    answer(fail(internal('no')));
    assert.deepEqual([started, answers], [[1, 2], [fail(internal('no'))]]);
  });

  it('goes no further when nobody waits for it', () => {
    const { passage, started, answers, answer } = createTurns([1, 2]);
    passage.cancel();
    answer(accept('a'));
    assert.deepEqual([started, answers], [[1], [fail(cancelled())]]);
  });
});
