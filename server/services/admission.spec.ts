import assert from 'node:assert/strict';
import { status } from '@grpc/grpc-js';
import fc from 'fast-check';
import { createAdmission } from './admission.ts';

const create = () => createAdmission({ requestsMax: 2, requestBytesMax: 100 });

const problem = (answer: ReturnType<ReturnType<typeof create>['enter']>): string | undefined =>
  answer.ok ? undefined : `${answer.failure.code} ${answer.failure.details}`;

const leave = (answer: ReturnType<ReturnType<typeof create>['enter']>): void => {
  assert(answer.ok);
  answer.value();
};

describe('Admission', () => {
  it('counts requests', () => {
    const admission = create();
    const first = admission.enter(1);
    admission.enter(1);
    assert.match(problem(admission.enter(1)) ?? '', /^8 limits\.requests: 2 /);
    leave(first);
    assert.equal(problem(admission.enter(1)), undefined);
  });

  it('counts bytes', () => {
    const admission = create();
    const first = admission.enter(60);
    assert.match(problem(admission.enter(41)) ?? '', /^8 limits\.request_bytes: 100 .* 60 .* 41 /);
    assert.equal(problem(admission.enter(40)), undefined);
    leave(first);
    assert.deepEqual(admission.load(), { requests: 1, bytes: 40 });
  });

  it('gives room back once', () => {
    const admission = create();
    const first = admission.enter(10);
    admission.enter(20);
    leave(first);
    leave(first);
    assert.deepEqual(admission.load(), { requests: 1, bytes: 20 });
  });

  it('drains', () => {
    const admission = create();
    const first = admission.enter(10);
    let drained = 0;
    admission.drain(() => (drained += 1));
    assert.match(
      problem(admission.enter(1)) ?? '',
      new RegExp(`^${status.UNAVAILABLE} .*shutting`),
    );
    assert.equal(drained, 0);
    leave(first);
    leave(first);
    assert.equal(drained, 1);
    admission.drain(() => (drained += 1));
    assert.equal(drained, 2);
  });

  it('never counts below nothing, nor above its limits', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.boolean(), fc.nat({ max: 60 }))), (steps) => {
        const admission = create();
        const inside: (() => void)[] = [];
        for (const [enters, number] of steps) {
          if (enters) {
            const answer = admission.enter(number);
            if (answer.ok) inside.push(answer.value);
          } else inside[number % Math.max(1, inside.length)]?.();
          const { requests, bytes } = admission.load();
          assert(requests >= 0 && requests <= 2 && bytes >= 0 && bytes <= 100);
        }
        for (const each of inside) each();
        assert.deepEqual(admission.load(), { requests: 0, bytes: 0 });
      }),
    );
  });
});
