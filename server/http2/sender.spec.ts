import assert from 'node:assert/strict';
import fc from 'fast-check';
import { SETTING } from './peer-settings.ts';
import { answer, createHarness, request, reset, settings, window } from './testing/harness.ts';

const initial = (bytes: number): Buffer => settings([SETTING.initialWindowSize, bytes]);

describe('Answers', () => {
  it('go out as far as the window of their stream lets them, and on when it opens', () => {
    const { connection, receive, sent } = createHarness();
    receive(initial(10), request(1));
    connection.send(1, answer(25));
    assert.deepEqual(sent(), ['settings ack', 'headers 1', 'data 1 10']);
    assert.equal(connection.waitingBytes(), 15);
    receive(window(1, 14));
    assert.deepEqual(sent(), ['data 1 14']);
    receive(window(1, 1));
    assert.deepEqual(sent(), ['data 1 1', 'headers 1 end']);
    assert.deepEqual([connection.waitingBytes(), connection.streams()], [0, 0]);
  });

  it('wait for the window of the connection in the order in which they came', () => {
    const { connection, receive, sent } = createHarness();
    receive(initial(1_000_000), request(1), request(3), request(5));
    sent();
    connection.send(1, answer(65_535));
    sent();
    connection.send(3, answer(5));
    connection.send(5, answer(5));
    assert.deepEqual(sent(), ['headers 3', 'headers 5']);
    receive(window(0, 7));
    assert.deepEqual(sent(), ['data 3 5', 'headers 3 end', 'data 5 2']);
    receive(window(0, 100));
    assert.deepEqual(sent(), ['data 5 3', 'headers 5 end']);
  });

  it('go on when both windows were closed, and that of the stream opens first', () => {
    const { connection, receive, sent } = createHarness();
    receive(request(1), request(3));
    connection.send(1, answer(65_536));
    connection.send(3, answer(1));
    sent();
    receive(initial(100_000), window(3, 300));
    assert.deepEqual(sent(), ['settings ack']);
    receive(window(0, 300));
    assert.deepEqual(sent(), ['data 3 1', 'headers 3 end', 'data 1 1', 'headers 1 end']);
  });

  it('are not held up by one whose own window is closed', () => {
    const { connection, receive, sent } = createHarness();
    receive(initial(0), request(1), request(3));
    connection.send(1, answer(5));
    connection.send(3, answer(5));
    sent();
    receive(window(0, 100), window(3, 5));
    assert.deepEqual(sent(), ['data 3 5', 'headers 3 end']);
  });

  it('need no window when they are empty', () => {
    const { connection, receive, sent } = createHarness();
    receive(initial(0), request(1));
    connection.send(1, answer(0));
    assert.deepEqual(sent().slice(1), ['headers 1', 'data 1 0', 'headers 1 end']);
  });

  it('wait until a window that settings made negative has opened again', () => {
    const { connection, receive, sent } = createHarness();
    receive(initial(10), request(1));
    connection.send(1, answer(30));
    receive(initial(4));
    sent();
    receive(window(1, 6));
    assert.deepEqual(sent(), []);
    receive(window(1, 1));
    assert.deepEqual(sent(), ['data 1 1']);
    receive(initial(8));
    assert.deepEqual(sent(), ['settings ack', 'data 1 4']);
  });

  it('are cut into frames no larger than the client takes', () => {
    const { connection, receive, sent } = createHarness();
    receive(request(1), request(3));
    connection.send(1, answer(20_000));
    assert.deepEqual(sent(), ['headers 1', 'data 1 16384', 'data 1 3616', 'headers 1 end']);
    receive(settings([SETTING.maxFrameSize, 30_000]));
    connection.send(3, answer(20_000));
    assert.deepEqual(sent().slice(1), ['headers 3', 'data 3 20000', 'headers 3 end']);
  });

  it('come in parts, also while earlier parts wait', () => {
    const { connection, receive, sent } = createHarness();
    receive(initial(3), request(1));
    sent();
    const { headers, trailers } = answer(0);
    connection.send(1, { headers });
    connection.send(1, { data: Buffer.alloc(5) });
    connection.send(1, { data: Buffer.alloc(2) });
    connection.send(1, { trailers });
    assert.deepEqual(sent(), ['headers 1', 'data 1 3']);
    receive(window(1, 100));
    assert.deepEqual(sent(), ['data 1 2', 'data 1 2', 'headers 1 end']);
  });

  it('that wait are forgotten with their request', () => {
    const { connection, receive, sent } = createHarness();
    receive(initial(10), request(1), request(3));
    connection.send(1, answer(30));
    connection.send(3, answer(30));
    sent();
    receive(reset(1));
    assert.equal(connection.waitingBytes(), 20);
    connection.reset(3, 'cancel');
    assert.deepEqual(sent(), ['rstStream 3 cancel']);
    assert.equal(connection.waitingBytes(), 0);
    receive(window(0, 1_000));
    assert.deepEqual(sent(), []);
  });

  it('come whole through any windows', () => {
    const sizes = fc.array(fc.nat({ max: 3_000 }), { minLength: 1, maxLength: 5 });
    const windows = fc.array(fc.tuple(fc.nat({ max: 5 }), fc.integer({ min: 1, max: 2_000 })));
    fc.assert(
      fc.property(sizes, windows, fc.nat({ max: 500 }), (bytes, opened, first) => {
        const { connection, receive, sent, answered } = createHarness();
        const ids = bytes.map((_, at) => 2 * at + 1);
        receive(initial(first), ...ids.map((id) => request(id)));
        const lines = sent();
        const look = (): number => lines.push(...sent());
        bytes.forEach((size, at) => connection.send(2 * at + 1, answer(size)));
        for (const [at, size] of opened) {
          receive(window(ids[at % ids.length] ?? 1, size));
          look();
        }
        receive(window(0, 100_000), initial(100_000));
        look();
        for (const [at, id] of ids.entries()) {
          const got = Buffer.concat(answered.get(id) ?? []);
          assert.ok(got.equals(Buffer.alloc(bytes[at] ?? 0, 'x')));
          assert.equal(lines.filter((line) => line === `headers ${id} end`).length, 1);
        }
        assert.deepEqual([connection.waitingBytes(), connection.streams()], [0, 0]);
      }),
    );
  });
});
