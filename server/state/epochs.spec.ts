import assert from 'node:assert/strict';
import type { RaiseEpochs } from './command.ts';
import { EPOCH_RAISE, epochBase, incidentOf } from './epochs.ts';
import { createReplica } from './testing/replica.ts';

const raise = (cluster: string, incident = '', by = EPOCH_RAISE): RaiseEpochs => ({
  kind: 'raiseEpochs',
  timeMs: 0,
  by,
  cluster,
  incident,
});

describe('Epochs', () => {
  it('begin at 0 in a cluster that was founded', () => {
    const { read } = createReplica();
    assert.equal(epochBase(read), 0);
    assert.equal(incidentOf(read, 'a'), undefined);
  });

  it('are raised by 2^20 for every cluster that goes on from another', () => {
    const replica = createReplica();
    assert.deepEqual(replica.apply(raise('a')), { kind: 'ok' });
    assert.equal(epochBase(replica.read), 1_048_576);
    replica.apply(raise('b'));
    assert.equal(epochBase(replica.read), 2_097_152);
  });

  it('are raised once, however often and how late it is repeated', () => {
    const replica = createReplica();
    replica.apply(raise('a', 'fire'));
    replica.apply(raise('b', 'flood'));
    const before = replica.dump();
    assert.deepEqual(replica.apply(raise('a', 'other', 7)), { kind: 'ok' });
    assert.deepEqual(replica.apply(raise('b', 'flood')), { kind: 'ok' });
    assert.deepEqual(replica.dump(), before);
  });

  it('remember which incident a cluster began with', () => {
    const replica = createReplica();
    replica.apply(raise('a', 'fire'));
    replica.apply(raise('b'));
    assert.deepEqual(incidentOf(replica.read, 'a'), { base: EPOCH_RAISE, incident: 'fire' });
    assert.deepEqual(incidentOf(replica.read, 'b'), { base: 2 * EPOCH_RAISE, incident: '' });
  });

  it('stay at the end of all numbers', () => {
    const replica = createReplica();
    replica.apply(raise('a', '', Number.MAX_SAFE_INTEGER));
    replica.apply(raise('b'));
    assert.equal(epochBase(replica.read), Number.MAX_SAFE_INTEGER);
  });
});
