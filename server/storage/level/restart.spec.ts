/** The driver of a member on real storage. */
import assert from 'node:assert/strict';
import type { Machine } from '../../ports/machine.ts';
import { createNode } from '../../node/create-node.ts';
import type { Node } from '../../node/node.ts';
import type { ProposeOutcome, ReadOutcome } from '../../node/outcome.ts';
import { NODE_OPTIONS } from '../../node/testing/node-options.ts';
import { createMemoryNetwork } from '../../transport/memory.ts';
import { createTestDirectory } from './testing/directory.ts';
import type { TestDirectory } from './testing/directory.ts';

/** `key=value` sets a row; the reply is the command. */
const machine: Machine = (_read, command) => {
  const [key = '', value = ''] = Buffer.from(command).toString().split('=');
  return { rows: new Map([[key, Buffer.from(value)]]), reply: command };
};

const STEP_MS = 10;

/** A member that runs on made-up time: each turn of the event loop is `STEP_MS`. */
function start(directory: TestDirectory, seed: number) {
  const { directory: id, log, state } = directory.storage();
  const network = createMemoryNetwork(setImmediate);
  let nowMs = 0;
  const node: Node = createNode(
    {
      log,
      state,
      machine,
      transport: network.transport(id),
      clock: { nowMs: () => nowMs },
      defer: setImmediate,
    },
    {
      ...NODE_OPTIONS,
      directory: id,
      seed,
      logBytesMax: 8 << 10,
      logBytesHeldMax: 16 << 10,
      requestTimeoutMs: 1_000_000,
    },
  );
  const until = async (condition: () => boolean): Promise<void> => {
    while (!condition()) {
      nowMs += STEP_MS;
      node.tick();
      await new Promise(setImmediate);
    }
  };
  return {
    node,
    until,
    propose: async (command: string): Promise<void> => {
      let outcome: ProposeOutcome | undefined;
      node.propose(Buffer.from(command), (came) => (outcome = came));
      await until(() => outcome !== undefined);
      assert.equal(outcome?.kind, 'applied');
    },
    /** The row, linearizably. */
    read: async (key: string): Promise<string | undefined> => {
      let outcome: ReadOutcome | undefined;
      node.read((came) => (outcome = came));
      await until(() => outcome !== undefined);
      assert.equal(outcome?.kind, 'ready');
      const value = node.row(key);
      return value && Buffer.from(value).toString();
    },
    stop: () => new Promise<void>((resolve) => node.stop(resolve)),
  };
}

describe('A member on LevelDB', () => {
  let directory: TestDirectory;
  beforeEach(() => (directory = createTestDirectory()));
  afterEach(() => directory.dispose());

  it('serves again after a restart and after a crash what it has answered', async () => {
    let member = start(directory, 1);
    await member.until(() => member.node.status().phase === 'waiting');
    member.node.bootstrap('cluster', () => undefined);
    await member.until(() => member.node.status().role === 'leader');
    for (let at = 0; at < 300; at += 1)
      await member.propose(`key${at % 10}=${at} ${'x'.repeat(100)}`);
    const { firstLog, identity } = member.node.status();
    assert(firstLog > 100, `the log begins at ${firstLog}: it was compacted`);
    await member.stop();

    for (const [restart, crashes] of [false, true, false].entries()) {
      member = start(directory, restart + 2);
      await member.until(() => member.node.status().role === 'leader');
      assert.deepEqual(member.node.status().identity, identity);
      assert.match((await member.read('key9')) ?? '', /^299 x/);
      assert.equal(await member.read(`restart${restart - 1}`), restart > 0 ? 'yes' : undefined);
      await member.propose(`restart${restart}=yes`);
      if (crashes) directory.crash();
      else await member.stop();
    }
  });
});
