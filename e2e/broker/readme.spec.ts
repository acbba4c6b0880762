/** What the README tells those who run brokers, tried: its file of settings is the one that is read. */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startCluster, stopMembers } from '../local/local-cluster.ts';
import { freePlaces, usualPlaces } from '../processes/places.ts';
import { freeAddresses } from '../processes/ports.ts';
import { createWorkspace } from '../processes/workspace.ts';
import { cached } from './caches.ts';
import { ConfigurationError, readConfiguration } from './configuration.ts';
import { createMetaCalls } from './meta-calls.ts';
import { startBrokerProcess } from './process.ts';
import { readState } from './state.ts';

const README = readFileSync(join(import.meta.dirname, '../../README.md'), 'utf8');
const [, CHAPTER = ''] = README.split('## Run RobustMQ brokers on it\n');
const [, SETTINGS = ''] = /```toml\n([^]*?)```/.exec(CHAPTER) ?? [];
const MEMBERS = 3;

describe('The file of settings that the README shows', () => {
  it('asks the members that `npm run cluster` starts, and is of a broker that starts no meta', () => {
    const { meta, node } = readConfiguration(SETTINGS, 1n);
    assert.deepEqual(
      meta,
      usualPlaces(MEMBERS).map(({ client }) => client),
    );
    assert.deepEqual(node.roles, ['broker', 'engine']);
  });

  for (const [what, line] of [
    ['a role of its own', /^roles = .*\n/m],
    ['somebody to ask', /^[123] = .*\n/gm],
    ['a log', /^log_config = .*\n/m],
    ['a certificate', /^tls_cert = .*\n/m],
    ['a place for messages', /^data_path = \[.*\n/m],
  ] as const) {
    it(`would be of no use without ${what}`, () => {
      assert.throws(() => readConfiguration(SETTINGS.replace(line, ''), 1n), ConfigurationError);
    });
  }

  it('boots a broker', async () => {
    const workspace = createWorkspace(tmpdir());
    const calls = createMetaCalls({ clear: () => Promise.resolve() });
    try {
      const places = await freePlaces(MEMBERS);
      const directory = (at: number): string => workspace.directory(`member-${at}`);
      const members = await startCluster({ workspace, places, directory });
      // Ports of this moment, so that nobody else's are in the way.
      const [grpc = ''] = await freeAddresses(1);
      const { node, meta } = readConfiguration(SETTINGS, 1n);
      let settings = SETTINGS.replace(portOf(node.grpc_addr), portOf(grpc));
      for (const [at, address] of meta.entries()) {
        settings = settings.replace(`"${address}"`, `"${places[at]?.client ?? ''}"`);
      }
      const file = join(workspace.directory('broker'), 'server.toml');
      writeFileSync(file, settings);
      const broker = startBrokerProcess(workspace, { conf: file });
      await broker.runs;
      const { epoch, refused } = await broker.state();
      assert.deepEqual([epoch, refused], [1, []]);
      const clients = places.map(({ client }) => client);
      const state = await readState((rpc, request) => calls.call(clients, rpc, request));
      const [registered] = cached(state, 'Node');
      assert.deepEqual(
        { ...registered, start_time: 1n, register_time: 1n },
        readConfiguration(settings, 1n).node,
      );
      broker.kill();
      await stopMembers(members);
    } finally {
      calls.close();
      await workspace.dispose();
    }
  }).timeout(60_000);
});

const portOf = (address: string): string => address.slice(address.lastIndexOf(':') + 1);
