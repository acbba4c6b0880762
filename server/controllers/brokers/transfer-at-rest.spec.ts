import assert from 'node:assert/strict';
import type { Rest } from './will-courier.ts';
import type { NodeStatus } from '../../node/node.ts';
import type { TransferOutcome } from '../../node/outcome.ts';
import { toMemberId, toTerm } from '../../raft/ids.ts';
import { transferAtRest } from './transfer-at-rest.ts';

const TO = toMemberId(2);
const DONE: TransferOutcome = { kind: 'transferred' };

function setUp(role: NodeStatus['role'] = 'leader') {
  let term = toTerm(1);
  const said: string[] = [];
  let quiet = (): void => undefined;
  let late = (): void => undefined;
  let end = (): void => undefined;
  const rest: Rest = {
    quiet: (done) => (quiet = done),
    end: () => void said.push('end of rest'),
  };
  const transfer = transferAtRest({
    node: {
      status: () => ({ role, term }) as NodeStatus,
      transfer: (to, done) => {
        said.push(`transfer to ${String(to)}`);
        end = () => done(DONE);
      },
    },
    wills: {
      rest: () => {
        said.push('rest');
        return rest;
      },
    },
    after: (ms, task) => {
      said.push(`wait ${ms}`);
      late = task;
      return () => void said.push('no more wait');
    },
    restMsMax: 500,
  });
  transfer(TO, ({ kind }) => void said.push(kind));
  const leadAnew = (): void => void (term = toTerm(2));
  return { said, leadAnew, quiet: () => quiet(), late: () => late(), end: () => end() };
}

describe('a transfer of leadership', () => {
  it('waits until the wills are at rest, which ends with it', () => {
    const { said, quiet, end } = setUp();
    assert.deepEqual(said.splice(0), ['rest', 'wait 500']);
    quiet();
    end();
    assert.deepEqual(said, ['no more wait', 'transfer to 2', 'end of rest', 'transferred']);
  });

  it('waits for no broker longer than that, and is asked for once', () => {
    const { said, quiet, late } = setUp();
    late();
    quiet();
    assert.deepEqual(said.slice(2), ['no more wait', 'transfer to 2']);
  });

  it('does not end a lead that was won meanwhile', () => {
    const { said, quiet, leadAnew } = setUp();
    leadAnew();
    quiet();
    assert.deepEqual(said.slice(2), ['no more wait', 'end of rest', 'aborted']);
  });

  it('is refused at once by whoever does not lead', () => {
    assert.deepEqual(setUp('follower').said, ['transfer to 2']);
  });
});
