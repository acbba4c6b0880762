import assert from 'node:assert/strict';
import { createBench } from './testing/bench.ts';

describe('duties towards brokers', () => {
  it('wait until a new leader knows all that was done before it led', () => {
    let looks = 0;
    const { pass, changeLeader, catchUp } = createBench(() => [{ look: () => (looks++, []) }]);
    changeLeader(1);
    pass(2_000);
    assert.equal(looks, 0);
    catchUp();
    pass(2_000);
    assert.equal(looks, 4);
  });

  it('go on while the log is ahead of the state', () => {
    let looks = 0;
    const { pass, catchUp } = createBench(() => [{ look: () => (looks++, []) }]);
    pass(500);
    catchUp();
    pass(500);
    assert.equal(looks, 2);
  });
});
