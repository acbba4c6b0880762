import assert from 'node:assert/strict';
import type { NodeStatus } from '../../node/node.ts';
import { decodeCommand } from '../../state/command-codec.ts';
import { endDepartures } from '../../state/registry/departure.ts';
import { createRegistryWorld } from '../../state/testing/registry-world.ts';
import { forgetWills } from '../../state/registry/will.ts';
import { propose } from './duty.ts';
import type { Duty, Proposal } from './duty.ts';
import { createHeartbeats } from './heartbeats.ts';
import { createLifecycleController } from './lifecycle-controller.ts';
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

  it('hold up no others with how much they have to do', () => {
    const many = (count: number, of: (name: string) => Proposal): Duty => ({
      look: () => Array.from({ length: count }, (_, at) => of(`${at}`)),
    });
    const duties = [
      many(2_000, (name) => propose(name, endDepartures, [])),
      many(1, (name) => propose(name, forgetWills, [])),
    ];
    const { read: row, range } = createRegistryWorld();
    const leads = { phase: 'running', role: 'leader', term: 1, applied: 1, lastLog: 1 };
    const proposed: string[] = [];
    const controller = createLifecycleController({
      node: {
        ...{ row, range, status: () => leads as NodeStatus, read: () => undefined },
        // Nothing comes of it so far.
        propose: (bytes) => {
          const command = decodeCommand(bytes);
          if (command.kind === 'change') proposed.push(command.operation);
        },
      },
      heartbeats: createHeartbeats(),
      calls: { call: () => undefined },
      duties: () => duties,
      ...{ defer: () => undefined, nowMs: () => 1_000, timeMs: () => 1_000 },
    });
    controller.pass();
    controller.pass();
    const count = (name: string): number => proposed.filter((each) => each === name).length;
    assert.deepEqual([count('departure.end'), count('will.forget')], [64, 1]);
  });

  describe('that go on', () => {
    /** Proposes so many things, one at a time. */
    function createPieces(left: number, goesOn: true | undefined) {
      let looks = 0;
      const duty: Duty = {
        ...(goesOn && { goesOn }),
        look: () => {
          looks += 1;
          left -= 1;
          return left < 0 ? [] : [propose('piece', endDepartures, [])];
        },
      };
      return { ...createBench(() => [duty]), looks: () => looks };
    }

    it('look again as soon as what they proposed was applied, until there is nothing left', () => {
      const { pass, proposed, looks } = createPieces(10, true);
      pass(500);
      assert.deepEqual([proposed.length, looks()], [10, 11]);
      pass(500);
      assert.deepEqual([proposed.length, looks()], [10, 12]);
    });

    it('wait for the next pass when it was not', () => {
      const { pass, proposed, drop } = createPieces(10, true);
      drop(1);
      pass(500);
      assert.equal(proposed.length, 1);
      pass(500);
      assert.equal(proposed.length, 10);
    });

    it('are not all of them', () => {
      const { pass, proposed } = createPieces(10, undefined);
      pass(500);
      assert.equal(proposed.length, 1);
    });
  });
});
