import assert from 'node:assert/strict';
import { status } from '@grpc/grpc-js';
import { MetaServiceServiceService as Common } from '../../proto/gen/meta/common.ts';
import { EngineServiceService as Engine } from '../../proto/gen/meta/engine.ts';
import { MqttServiceService as Mqtt } from '../../proto/gen/meta/mqtt.ts';
import { readCapture } from '../replay/capture.ts';
import { until } from '../processes/until.ts';
import { startBroker, type Broker, type BrokerSetup } from './broker.ts';
import { cached } from './caches.ts';
import { bootSteps, settingsOf } from './testing/playback.ts';
import { startScriptedMeta, type Fault, type ScriptedMeta } from './testing/scripted-meta.ts';

const calls = readCapture('boot-mqtt-admin');
const BROKER = 100n;
const steps = bootSteps(calls, BROKER);

const refusal = (code: status, details: string): Fault => ({ kind: 'status', code, details });
const LEADER = (address: string): string =>
  `has to forward request to: Some(2), Some(Node { node_id: 2, rpc_addr: "${address}" })`;

describe('a broker', function () {
  this.timeout(20_000);
  let metas: ScriptedMeta[];
  let brokers: Broker[];

  beforeEach(async () => {
    metas = [await startScriptedMeta(steps), await startScriptedMeta(steps)];
    brokers = [];
  });
  afterEach(() => {
    for (const broker of brokers) broker.kill();
    for (const meta of metas) meta.close();
  });

  async function start(over: Partial<BrokerSetup> = {}): Promise<Broker> {
    const broker = await startBroker({
      ...settingsOf(calls, BROKER),
      listen: '127.0.0.1:0',
      meta: [metas[0]!.address],
      ...over,
    });
    brokers.push(broker);
    return broker;
  }
  const fault = (rpc: { readonly path: string }, ...faults: Fault[]): void =>
    void metas[0]!.faults.set(rpc.path, faults);
  const count = (meta: ScriptedMeta, rpc: { readonly path: string }): number =>
    meta.called.filter((path) => path === rpc.path).length;

  it('boots over the network, and has in its caches what was pushed', async () => {
    const broker = await start();
    await broker.running;
    assert.equal(broker.epoch(), 1n);
    await broker.until('a user', 10_000, (caches) => cached(caches, 'User').length === 1);
    await broker.until('a system topic', 10_000, (caches) => cached(caches, 'Topic').length === 8);
    assert.ok(count(metas[0]!, Common.heartbeat) >= 1);
    await until('it knows who scans', 5_000, () => Promise.resolve(broker.scans()));
  });

  it('waits for meta as long as it takes', async () => {
    fault(Common.set, refusal(status.INTERNAL, 'no'), refusal(status.UNAVAILABLE, 'not yet'));
    const broker = await start();
    await broker.running;
    // One final; then one that is down, and the next attempt of the same call.
    assert.equal(count(metas[0]!, Common.set), 3);
  });

  it('ends when a list is not there', async () => {
    fault(Mqtt.listAcl, refusal(status.UNIMPLEMENTED, ''));
    const broker = await start();
    await assert.rejects(broker.running, {
      name: 'BootError',
      message: /ListAcl: status: 'Operation is not implemented/,
    });
    assert.match(await broker.failure, /ListAcl/);
    assert.equal(broker.phase(), 'load the MQTT cache');
    assert.equal(count(metas[0]!, Common.registerNode), 0);
  });

  it('ends when a push does not come within 5 s', async () => {
    fault(Mqtt.createTopic, { kind: 'no push' });
    const begin = performance.now();
    const broker = await start();
    await assert.rejects(broker.running, /Timeout waiting for topic \$retain-message/);
    const tookMs = performance.now() - begin;
    assert.ok(tookMs > 4_900 && tookMs < 15_000, `${tookMs} ms`);
  });

  it('follows a redirect at once, and goes there first the next time', async () => {
    const [first, second] = metas as [ScriptedMeta, ScriptedMeta];
    fault(Common.createTenant, refusal(status.INTERNAL, LEADER(second.address)));
    fault(Engine.createShard, refusal(status.INTERNAL, LEADER(second.address)));
    // The second one pushes nothing, because nobody has registered there.
    const broker = await start();
    await until('the redirect is followed', 10_000, () =>
      Promise.resolve(count(second, Engine.createShard) > 0),
    );
    assert.equal(cached(broker.caches(), 'Shard').length, 0);
    assert.deepEqual([count(first, Engine.createShard), count(second, Engine.createShard)], [1, 1]);
    const { request } = steps.find(({ call }) => call.rpc === Common.createTenant.path)!.call;
    const again = await broker.call(
      Common.createTenant,
      Common.createTenant.requestDeserialize(request),
    );
    assert.equal(again.kind, 'reply');
    assert.deepEqual(
      [count(first, Common.createTenant), count(second, Common.createTenant)],
      [1, 2],
    );
  });

  it('takes a second redirect as final', async () => {
    const [first, second] = metas as [ScriptedMeta, ScriptedMeta];
    fault(Common.nodeList, refusal(status.INTERNAL, LEADER(second.address)));
    second.faults.set(Common.nodeList.path, [refusal(status.INTERNAL, LEADER(first.address))]);
    const broker = await start();
    await assert.rejects(broker.running, /NodeList: .*forward request to/);
    assert.deepEqual([count(first, Common.nodeList), count(second, Common.nodeList)], [1, 1]);
  });

  it('gives up after three attempts, 0.1 s apart', async () => {
    const broker = await start();
    await broker.running;
    const before = count(metas[0]!, Common.get);
    const none = 'has to forward request to: None, None';
    fault(Common.get, ...Array.from({ length: 9 }, () => refusal(status.INTERNAL, none)));
    const begin = performance.now();
    const outcome = await broker.call(Common.get, { key: 'k' });
    assert.equal(outcome.kind, 'failed');
    assert.equal(count(metas[0]!, Common.get) - before, 3);
    const tookMs = performance.now() - begin;
    assert.ok(tookMs >= 200 && tookMs < 3_000, `${tookMs} ms`);
  });

  it('asks the next server when one is down, in this order, and forgets who led', async () => {
    const [first, second] = metas as [ScriptedMeta, ScriptedMeta];
    const broker = await start({ meta: [first.address, second.address] });
    await broker.running;
    const at = second.called.length;
    first.close();
    const outcome = await broker.call(Common.get, { key: 'k' });
    assert.equal(outcome.kind, 'failed');
    assert.equal(second.called.slice(at).filter((path) => path === Common.get.path).length, 1);
  });

  it('registers again when meta has forgotten it', async () => {
    const broker = await start();
    await broker.running;
    assert.equal(count(metas[0]!, Common.registerNode), 1);
    fault(Common.heartbeat, refusal(status.INTERNAL, 'Node 100 does not exist'));
    await until('it registers again', 8_000, () =>
      Promise.resolve(count(metas[0]!, Common.registerNode) === 2),
    );
  });

  it('gets nothing and says nothing while it is cut off, and all of it afterwards', async () => {
    const broker = await start();
    await broker.running;
    await broker.until('a system topic', 10_000, (caches) => cached(caches, 'Topic').length === 8);
    const [tenant] = steps.find(({ call }) => call.rpc.endsWith('/CreateTenant'))!.pushes;
    const received = broker.received.length;
    broker.cut();
    const push = metas[0]!.push({ records: [tenant!] });
    const asked = broker.call(Common.get, { key: 'k' });
    const winner = await Promise.race([
      push.then(() => 'pushed'),
      asked.then(() => 'asked'),
      new Promise((resolve) => setTimeout(() => resolve('neither'), 300)),
    ]);
    assert.equal(winner, 'neither');
    assert.equal(broker.received.length, received);
    broker.mend();
    await Promise.all([push, asked]);
    assert.equal(broker.received.length, received + 1);
  });

  it('is gone at once when it is killed', async () => {
    const broker = await start();
    await broker.running;
    broker.kill();
    const [tenant] = steps.find(({ call }) => call.rpc.endsWith('/CreateTenant'))!.pushes;
    await assert.rejects(metas[0]!.push({ records: [tenant!] }));
  });
});
