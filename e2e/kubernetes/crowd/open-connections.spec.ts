import assert from 'node:assert/strict';
import { establishedIn, openConnections } from './open-connections.ts';

const TABLE = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 111 1 0
   1: 0100007F:C350 0100407F:04CE 01 00000000:00000000 02:000A7214 00000000     0        0 222 2 0
   2: 0100007F:C352 0100407F:04CE 06 00000000:00000000 03:00001726 00000000     0        0 0 3 0
`;

describe('Open connections', () => {
  it('are those that are established, and neither who listens nor who waits for an end', () => {
    assert.deepEqual(establishedIn(TABLE), ['222']);
  });

  it('are none once the process is gone', () => {
    assert.equal(openConnections(2 ** 30), 0);
  });
});
