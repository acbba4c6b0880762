import assert from 'node:assert/strict';
import { connector, replaceConnector } from '../../state/registry/connector.ts';
import { expireNode, registerNode } from '../../state/registry/registration.ts';
import { WRITES } from '../../state/registry/registry.ts';
import { nodeOf } from '../../state/testing/registry-world.ts';
import { connectorNamed } from '../../state/testing/connector-named.ts';
import { createConnectorScheduler } from './connector-scheduler.ts';
import { createBench } from './testing/bench.ts';

describe('the scheduler of connectors', () => {
  function createScheduler(brokers: readonly bigint[] = [1n, 2n]) {
    const options = { timeoutMs: 30_000, strideMsMax: 1_000 };
    const bench = createBench(() => [createConnectorScheduler(options)]);
    for (const id of brokers) bench.change(registerNode, nodeOf(id));
    return {
      ...bench,
      placed: () =>
        [...bench.records.list(connector, [])].map(
          ({ connector_name, status, broker_id }) =>
            `${connector_name} ${status} ${broker_id ?? '-'}`,
        ),
      beat: () => {
        for (const name of ['a', 'b']) bench.heartbeats.heardConnector(name);
      },
    };
  }

  it('lets each run where the fewest do, and tells of it', () => {
    const { change, pass, placed, told, beat } = createScheduler();
    change(WRITES.connector.put, [connectorNamed('a'), connectorNamed('b')]);
    pass(1_000, beat);
    assert.deepEqual(placed(), ['a Running 1', 'b Running 2']);
    const names = told().map(([name]) => name);
    assert.deepEqual(names.filter((name) => name === 'Connector/Create').length, 4);
    pass(60_000, beat);
    assert.deepEqual(told(), []);
  });

  it('moves those of a broker that is gone', () => {
    const { change, pass, placed, beat } = createScheduler();
    change(WRITES.connector.put, [connectorNamed('a'), connectorNamed('b')]);
    pass(1_000, beat);
    change(expireNode, { node_id: 1n, epoch: 1n });
    pass(1_000, beat);
    assert.deepEqual(placed(), ['a Running 2', 'b Running 2']);
  });

  it('moves one that is not heard, also if it never was', () => {
    const { change, pass, placed } = createScheduler();
    change(WRITES.connector.put, [connectorNamed('a')]);
    pass(30_500);
    assert.deepEqual(placed(), ['a Running 1']);
    const running = () => placed().filter((each) => each.includes('Running'));
    pass(500);
    assert.deepEqual(running(), []);
    pass(500);
    assert.deepEqual(running().length, 1);
  });

  it('leaves alone what was stopped, and waits for a broker', () => {
    const { change, pass, placed, proposed } = createScheduler([]);
    change(WRITES.connector.put, [connectorNamed('a'), connectorNamed('b')]);
    change(replaceConnector, { ...connectorNamed('b'), status: 'Stop', broker_id: 9n });
    pass(60_000);
    assert.deepEqual([placed(), proposed], [['a Idle -', 'b Stop 9'], []]);
    change(registerNode, nodeOf(3n));
    pass(500);
    assert.deepEqual(placed(), ['a Running 3', 'b Stop 9']);
  });

  it('lets one that its broker stopped run on there', () => {
    const { change, pass, placed } = createScheduler();
    change(WRITES.connector.put, [{ ...connectorNamed('a'), broker_id: 2n }]);
    pass(500);
    assert.deepEqual(placed(), ['a Running 2']);
  });
});
