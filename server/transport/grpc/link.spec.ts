import assert from 'node:assert/strict';
import dns from 'node:dns';
import type { LookupAddress, LookupAllOptions } from 'node:dns';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { PeerServiceService } from '../../../proto/gen/robustmq/raft/v1/raft.ts';
import { toIndex, toMemberId, toTerm } from '../../raft/ids.ts';
import type { Envelope } from '../../ports/transport.ts';
import type { Message } from '../../raft/message.ts';
import { insecureCredentials } from './credentials.ts';
import { encodeFrame, encodeGreeting } from './frame-codec.ts';
import { greetingOf } from './greeting.ts';
import { DEFAULT_TRANSPORT_OPTIONS } from './options.ts';
import { openPeerCall } from './peer-call.ts';
import { createEvents } from './testing/event.ts';
import type { Events } from './testing/event.ts';
import { startProxy } from './testing/proxy.ts';
import { identityOf, introduce, startPeer } from './testing/test-peer.ts';
import type { TestPeer, TestPeerSetup } from './testing/test-peer.ts';

type Found = (error: Error | null, addresses: LookupAddress[]) => void;

const HEADER = { from: toMemberId(1), to: toMemberId(2), term: toTerm(3) };

const toTwo = (message: Message, directory = 'two', cluster = 'cluster'): Envelope => ({
  cluster,
  directory,
  source: 'one',
  message,
});

const request = (context: number): Message => ({ ...HEADER, kind: 'readRequest', context });

const appendOf = (bytes: number): Message => ({
  ...HEADER,
  kind: 'append',
  previous: { index: toIndex(0), term: toTerm(0) },
  entries: [{ index: toIndex(1), term: toTerm(3), kind: 'command', data: new Uint8Array(bytes) }],
  commit: toIndex(0),
});

describe('a link between members', () => {
  let disposals: (() => unknown)[];
  let peer: (setup: TestPeerSetup) => Promise<TestPeer>;

  beforeEach(() => {
    disposals = [];
    peer = async (setup) => {
      const started = await startPeer(setup);
      disposals.push(() => started.dispose());
      return started;
    };
  });
  afterEach(async () => {
    for (const dispose of disposals) await dispose();
  });

  /** `one`, what it hears of others' processes, and what it logs. */
  const startOne = async (
    setup: Partial<TestPeerSetup> = {},
  ): Promise<{ one: TestPeer; reachable: Events<boolean>; reasons: Events<string> }> => {
    const reachable = createEvents<boolean>();
    const reasons = createEvents<string>();
    const one = await peer({
      directory: 'one',
      member: 1,
      ...setup,
      handler: {
        reachable: (member, is) => {
          assert.equal(member, 2);
          reachable.add(is);
        },
      },
      log: { disconnected: (_peer, reason) => reasons.add(reason) },
    });
    return { one, reachable, reasons };
  };
  const startTwo = async (
    setup: Partial<TestPeerSetup> = {},
  ): Promise<{ two: TestPeer; received: Events<Envelope> }> => {
    const received = createEvents<Envelope>();
    const handler = { receive: received.add };
    const two = await peer({ directory: 'two', member: 2, handler, ...setup });
    return { two, received };
  };

  it('carries all messages of a turn in one frame, in their order, and measures', async () => {
    const { one } = await startOne();
    const { two, received } = await startTwo();
    introduce(one, two);
    for (let context = 0; context < 100; context += 1) {
      one.transport.transport.send(toTwo(request(context)));
    }
    for (let context = 0; context < 100; context += 1) {
      assert.deepEqual(await received.next(), toTwo(request(context)));
    }
    const stats = one.transport.stats().get('two');
    assert(stats !== undefined);
    assert.deepEqual(
      [stats.member, stats.connected, stats.messagesSent, stats.messagesDropped],
      [2, true, 100, 0],
    );
    const bytes = stats.bytesSent;
    const theirs = two.transport.stats().get('one');
    assert.deepEqual([theirs?.messagesReceived, theirs?.bytesReceived], [100, bytes]);
    assert(bytes < 100 * 32, `${bytes} bytes`);
  });

  it('names the cluster of messages that are of another than the greeting’s', async () => {
    const { one } = await startOne();
    const { two, received } = await startTwo();
    introduce(one, two);
    one.transport.transport.send(toTwo(request(1)));
    one.transport.transport.send(toTwo(request(2), 'two', 'newer'));
    one.transport.transport.send(toTwo(request(3)));
    const clusters = [await received.next(), await received.next(), await received.next()];
    assert.deepEqual(
      clusters.map(({ cluster }) => cluster),
      ['cluster', 'newer', 'cluster'],
    );
  });

  it('tells both ends who is there', async () => {
    const { one, reachable } = await startOne();
    const { two, received } = await startTwo({ cluster: '' });
    introduce(one, two);
    one.transport.transport.send(toTwo(request(1)));
    await received.next();
    assert.equal(await reachable.next(), true);
    assert.deepEqual(two.book.find('one'), one.announcement());
    assert.deepEqual(one.book.find('two'), two.announcement());
  });

  it('refuses a caller of another cluster, and says what to do', async () => {
    const { one, reasons, reachable } = await startOne({ cluster: 'other' });
    const { two, received } = await startTwo();
    introduce(one, two);
    one.transport.transport.send(toTwo(request(1)));
    assert.match(await reasons.next(), /cluster cluster, .*cluster other: correct the peer add/);
    assert.deepEqual([received.rest(), reachable.rest()], [[], []]);
  });

  it('refuses a caller that looks for another directory, and says what to do', async () => {
    const { one, reasons } = await startOne();
    const { two, received } = await startTwo();
    one.book.replicated({ ...two.announcement(), directory: 'lost' });
    one.transport.transport.send(toTwo(request(1), 'lost'));
    assert.match(await reasons.next(), /directory lost is not at .* remove that member/);
    assert.deepEqual(received.rest(), []);
  });

  it('tells callers to come again while nobody handles messages', async () => {
    const { one, reachable, reasons } = await startOne();
    const { two } = await startTwo();
    introduce(one, two);
    await two.transport.close();
    one.transport.transport.send(toTwo(request(1)));
    assert.match(await reasons.next(), /starting/);
    assert.deepEqual(reachable.rest(), []);
  });

  it('reports within the second that the peer’s process died, and that it is back', async () => {
    const { one, reachable } = await startOne();
    const { two } = await startTwo();
    introduce(one, two);
    one.transport.transport.send(toTwo(request(1)));
    assert.equal(await reachable.next(), true);
    const killedMs = performance.now();
    two.kill();
    assert.equal(await reachable.next(), false);
    const tookMs = performance.now() - killedMs;
    assert(tookMs < 500, `told after ${tookMs} ms`);

    const { two: again } = await startTwo();
    one.book.heard(again.announcement());
    assert.equal(await reachable.next(), true);
    assert.deepEqual(reachable.rest(), []);
  });

  it('reports an established connection that breaks, though somebody still listens', async () => {
    const { one, reachable } = await startOne();
    const { two } = await startTwo();
    const proxy = await startProxy(two.announcement().peerAddress);
    disposals.push(() => proxy.close());
    one.book.replicated({ ...two.announcement(), peerAddress: proxy.address });
    one.transport.transport.send(toTwo(request(1)));
    assert.equal(await reachable.next(), true);
    proxy.cut();
    assert.equal(await reachable.next(), false);
    assert.equal(await reachable.next(), true);
  });

  it('reports a refused connection, once', async () => {
    const attempts = createEvents<'attempt'>();
    const connecting = (address: string): Socket => {
      attempts.add('attempt');
      return insecureCredentials().connect(address);
    };
    const { one, reachable, reasons } = await startOne({
      options: { backoffMinMs: 1, backoffMaxMs: 2 },
      credentials: { ...insecureCredentials(), connect: connecting },
    });
    const { two } = await startTwo();
    introduce(one, two);
    two.kill();
    one.transport.transport.send(toTwo(request(1)));
    assert.equal(await reachable.next(), false);
    for (let count = 0; count < 4; count += 1) await attempts.next();
    assert.match(await reasons.next(), /ECONNREFUSED/);
    assert.deepEqual([reachable.rest(), reasons.rest()], [[], []]);
  });

  it('says nothing of a peer that is merely slow to answer', async () => {
    const { one, reachable, reasons } = await startOne({ options: { greetingTimeoutMs: 50 } });
    const silent = createServer((socket) => disposals.push(() => socket.destroy()));
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    disposals.push(() => silent.close());
    const { port } = silent.address() as AddressInfo;
    const peerAddress = `127.0.0.1:${port}`;
    one.book.replicated({ ...one.announcement(), directory: 'two', peerAddress });
    one.transport.transport.send(toTwo(request(1)));
    assert.match(await reasons.next(), /no greeting within 50 ms/);
    assert.deepEqual(reachable.rest(), []);
  });

  it('connects at the address that the book has by now', async () => {
    const { one, reachable } = await startOne();
    const { two } = await startTwo();
    introduce(one, two);
    one.transport.transport.send(toTwo(request(1)));
    assert.equal(await reachable.next(), true);
    // While the first still has its port: the second must get another one.
    const { two: moved, received } = await startTwo();
    two.kill();
    assert.equal(await reachable.next(), false);
    // It says itself where it is: by its own greeting, which ends the pause as well.
    moved.book.replicated(one.announcement());
    const answer: Message = { ...request(2), from: toMemberId(2), to: toMemberId(1) };
    moved.transport.transport.send({ ...toTwo(answer, 'one'), source: 'two' });
    assert.equal(await reachable.next(), true);
    one.transport.transport.send(toTwo(request(3)));
    assert.deepEqual(await received.next(), toTwo(request(3)));
  });

  it('keeps no more than its bound for a peer that never reads', async () => {
    const options = { queueBytesMax: 256 << 10, inflightBytesMax: 128 << 10 };
    const { one, reachable } = await startOne({ options });
    const { two } = await startTwo();
    const proxy = await startProxy(two.announcement().peerAddress);
    disposals.push(() => proxy.close());
    one.book.replicated({ ...two.announcement(), peerAddress: proxy.address });
    one.transport.transport.send(toTwo(request(1)));
    assert.equal(await reachable.next(), true);
    // From now on only the buffers of the kernel take anything.
    proxy.stall();

    const sent = (): number => one.transport.stats().get('two')?.bytesSent ?? 0;
    const dropped = (): number => one.transport.stats().get('two')?.messagesDropped ?? 0;
    const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
    for (let count = 0; dropped() === 0 || count < 600; count += 1) {
      assert(count < 100_000, 'the bound is reached');
      one.transport.transport.send(toTwo(appendOf(16 << 10)));
      await turn();
    }
    const bytes = sent();
    for (let count = 0; count < 100; count += 1) {
      one.transport.transport.send(toTwo(appendOf(16 << 10)));
      await turn();
    }
    assert(sent() - bytes <= options.inflightBytesMax, 'nothing more goes to the stream');
  });

  it('notices a peer whose packets vanish, keeps little for it, and comes back with it', async () => {
    const keepalive = { keepaliveMs: 150, keepaliveTimeoutMs: 150 };
    const options = {
      ...keepalive,
      ...{ greetingTimeoutMs: 300, backoffMinMs: 10, backoffMaxMs: 40, queueBytesMax: 64 << 10 },
    };
    const { one, reachable, reasons } = await startOne({ options });
    const way: { address?: string } = {};
    const { two, received } = await startTwo({ options, advertised: () => way.address });
    const proxy = await startProxy(two.announcement().peerAddress);
    disposals.push(() => proxy.close());
    way.address = proxy.address;
    introduce(one, two);
    one.transport.transport.send(toTwo(request(1)));
    assert.equal(await reachable.next(), true);
    assert.deepEqual(await received.next(), toTwo(request(1)));

    proxy.stall();
    const stalledMs = performance.now();
    assert.equal(await reachable.next(), false);
    const tookMs = performance.now() - stalledMs;
    assert(tookMs < 1_000, `noticed after ${tookMs} ms`);
    assert.match(await reasons.next(), /Connection dropped/);

    // It connects again and again, in vain; all the while somebody has something to say.
    const message = appendOf(16 << 10);
    for (let attempts = proxy.connections() + 3; proxy.connections() < attempts;) {
      one.transport.transport.send(toTwo(message));
      await new Promise((resolve) => setImmediate(resolve));
    }
    assert.match(await reasons.next(), /no greeting within 300 ms/);
    assert((one.transport.stats().get('two')?.messagesDropped ?? 0) > 100);
    assert.equal(two.transport.stats().size, 0, 'the other end has noticed too');

    proxy.resume();
    assert.equal(await reachable.next(), true);
    one.transport.transport.send(toTwo(request(2)));
    let late = 0;
    for (let next = await received.next(); next.message.kind === 'append'; late += 1) {
      next = await received.next();
      if (next.message.kind !== 'append') assert.deepEqual(next, toTwo(request(2)));
    }
    assert(late * (16 << 10) <= options.queueBytesMax, `${late} messages had waited`);
    assert.deepEqual(reachable.rest(), []);
  });

  it('asks for the address of a name at each attempt', async () => {
    const asked: string[] = [];
    const { lookup } = dns;
    const answer = (name: string, options: LookupAllOptions, done: Found): void => {
      // Whoever listens asks too.
      if (name !== 'member-two.example') {
        lookup(name, options, done);
        return;
      }
      asked.push(name);
      const address = asked.length < 3 ? '127.0.0.1' : '127.0.0.2';
      setImmediate(done, null, [{ address, family: 4 }]);
    };
    Object.assign(dns, { lookup: answer });
    disposals.push(() => Object.assign(dns, { lookup }));
    const { one, reachable } = await startOne({ options: { backoffMinMs: 1, backoffMaxMs: 2 } });
    const { two } = await startTwo();
    const [, port = ''] = two.announcement().peerAddress.split(':');
    const peerAddress = `member-two.example:${port}`;
    two.kill();
    one.book.replicated({ ...two.announcement(), peerAddress });
    one.transport.transport.send(toTwo(request(1)));
    assert.equal(await reachable.next(), false);
    // Nobody is at the old address any more; the name leads elsewhere.
    const { two: again, received } = await startTwo();
    const [, target = ''] = again.announcement().peerAddress.split(':');
    const moved = createServer((near) => {
      const far = connect(Number(target), '127.0.0.1');
      near.pipe(far).pipe(near);
      for (const socket of [near, far]) {
        socket.on('error', () => undefined);
        disposals.push(() => socket.destroy());
      }
    });
    await new Promise<void>((resolve) => moved.listen(Number(port), '127.0.0.2', resolve));
    disposals.push(() => moved.close());
    assert.equal(await reachable.next(), true);
    one.transport.transport.send(toTwo(request(2)));
    assert.deepEqual((await received.next()).message, request(2));
    assert(asked.length > 2, `asked ${asked.length} times`);
  });

  it('is closed and forgotten when nobody uses it', async () => {
    const { one, reachable } = await startOne({ options: { idleMs: 40 } });
    const gone = createEvents<'gone'>();
    const { two } = await startTwo();
    introduce(one, two);
    one.transport.transport.send(toTwo(request(1)));
    assert.equal(await reachable.next(), true);
    const watch = setInterval(() => {
      if (one.transport.stats().size === 0 && two.transport.stats().size === 0) gone.add('gone');
    }, 5);
    disposals.push(() => clearInterval(watch));
    await gone.next();
    // Its end was our wish: the peer lives.
    assert.deepEqual(reachable.rest(), []);
  });

  it('ends an exchange that begins without a greeting for it, or goes on with what is no message', async () => {
    const { one } = await startOne();
    const { two, received } = await startTwo();
    const call = async (...requests: readonly Buffer[]): Promise<string> => {
      const ends = createEvents<string>();
      const exchange = openPeerCall(
        { credentials: insecureCredentials(), options: DEFAULT_TRANSPORT_OPTIONS },
        PeerServiceService.exchange,
        two.announcement().peerAddress,
        {
          response: () => undefined,
          drained: () => undefined,
          ended: ({ code, details }) => ends.add(`${code} ${details}`),
        },
      );
      for (const each of requests) exchange.write(each);
      return ends.next();
    };
    const frame = encodeFrame({ cluster: '', messages: [request(1)], echo: 0 });
    const greeter = { self: () => one.announcement(), incarnation: 0 };
    const greetingTo = (target: string): Buffer =>
      Buffer.from(encodeGreeting(greetingOf(greeter, target)));
    const greeting = greetingTo('two');
    assert.match(await call(frame), /^3 the first request of an exchange is a greeting/);
    assert.match(await call(greeting, frame.subarray(0, 20)), /^3 a field is cut off/);
    assert.match(await call(greetingTo('lost'), frame), /^9 directory lost is not at/);
    const newer = greetingOf(greeter, 'two');
    const far = { ...newer, protocolVersion: 3, protocolVersionMin: 2 };
    assert.match(
      await call(Buffer.from(encodeGreeting(far)), frame),
      /^9 .* speaks protocol versions 2 to 3, and this one 1 to 1: start this member with a newer/,
    );
    const near = { ...newer, protocolVersion: 2 };
    assert.match(
      await call(Buffer.from(encodeGreeting(near)), frame.subarray(0, 20)),
      /^3 a field is cut off/,
      'a newer one that still speaks the old version is welcome',
    );
    const nowhere = { ...newer, peerAddress: 'h:99999' };
    assert.match(
      await call(Buffer.from(encodeGreeting(nowhere)), frame),
      /^3 the peer address of a greeting is not host:port/,
    );
    assert.deepEqual(received.rest(), []);
    assert.equal(two.transport.stats().size, 0, 'nothing is kept of them');
  });

  describe('of a directory that two processes run on copies of', () => {
    const send = (from: TestPeer, context: number): void =>
      from.transport.transport.send(toTwo(request(context)));
    /** `one` speaks to `two`, and there is a copy of it. */
    const startCopy = async () => {
      const { one } = await startOne();
      const { two, received } = await startTwo();
      const refused = createEvents<string>();
      const copy = await peer({
        ...{ directory: 'one', member: 1 },
        log: { disconnected: (_peer, reason) => refused.add(reason) },
      });
      introduce(two, copy, one);
      send(one, 1);
      await received.next();
      return { one, two, copy, received, refused };
    };

    it('takes nothing from the copy, which is told to end as soon as both are known to live', async () => {
      const { one, two, copy, received, refused } = await startCopy();
      send(copy, 2);
      assert.match(
        await refused.next(),
        /another process has spoken for directory one .* try again/,
      );
      send(one, 3);
      assert.deepEqual(await received.next(), toTwo(request(3)));
      assert.match(await copy.displaced, /two processes run on copies of directory one/);
      assert.deepEqual(received.rest(), []);
      assert.deepEqual(two.book.find('one'), one.announcement(), 'it is not where `one` is found');
    });

    it('tells the copy when it asks who is there, and the one itself when it is asked', async () => {
      const { one, two, copy } = await startCopy();
      const ask = (of: TestPeer): Promise<unknown> =>
        copy.transport.discover(of.announcement().peerAddress);
      await assert.rejects(ask(one), /ALREADY_EXISTS: two processes/);
      await copy.displaced;
      await assert.rejects(ask(two), /ABORTED: another process/);
      assert.deepEqual(
        await one.transport.discover(one.announcement().peerAddress),
        one.announcement(),
      );
    });

    it('takes the process for the same member again once the one before is gone', async () => {
      const { one, copy, received } = await startCopy();
      await one.dispose();
      send(copy, 2);
      assert.deepEqual(await received.next(), toTwo(request(2)));
    });
  });

  it('asks a process at an address who it is', async () => {
    const { one } = await startOne({ cluster: 'other' });
    const { two } = await startTwo();
    const found = await one.transport.discover(two.announcement().peerAddress);
    assert.deepEqual(found, two.announcement());
    assert.deepEqual(found.identity, identityOf('cluster', 2));
    assert.deepEqual(one.book.find('two'), two.announcement());
    two.kill();
    await assert.rejects(one.transport.discover(two.announcement().peerAddress), /ECONNREFUSED/);
  });
});
