import assert from 'node:assert/strict';
import { toIndex } from '../../raft/ids.ts';
import { createLead } from './lead.ts';

/** A lead of a member whose state is as far as is said, and what its dispatcher hears. */
function createBench() {
  let applied = toIndex(0);
  const heard: string[] = [];
  const node = { row: () => undefined, range: () => [], status: () => ({ applied }) };
  const lead = createLead(
    node,
    ({ kind }) => heard.push(kind),
    () => heard.push('ended'),
  );
  return {
    lead,
    hear: (appliedTo: number): readonly string[] => {
      applied = toIndex(appliedTo);
      lead.tell();
      return heard.splice(0);
    },
  };
}

describe('lead of pushes', () => {
  it('begins when the state has all that was told before', () => {
    const { lead, hear } = createBench();
    lead.took(toIndex(7));
    assert.deepEqual(hear(6), []);
    assert.equal(lead.isComing(), true);
    assert.deepEqual(hear(7), ['brokers', 'leads']);
    assert.equal(lead.isComing(), false);
    assert.deepEqual(hear(9), []);
  });

  it('ends at once', () => {
    const { lead, hear } = createBench();
    lead.took(toIndex(7));
    hear(7);
    lead.took(toIndex(9));
    assert.deepEqual(hear(8), ['follows', 'brokers', 'ended']);
    lead.took(undefined);
    assert.deepEqual(hear(9), []);
    assert.equal(lead.isComing(), false);
  });
});
