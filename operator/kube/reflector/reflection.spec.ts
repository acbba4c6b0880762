import { deepStrictEqual, ok } from 'node:assert/strict';
import fc from 'fast-check';
import { afterEvent, BEGIN } from './reflection.ts';
import type { Reflection, ReflectionEvent } from './reflection.ts';

const WATCHING: Reflection = { next: 'watch', version: '7', failures: 0 };

/** From a watch, by what ends it: what is done next, in words; without jitter. */
const told = (state: Reflection): string => {
  switch (state.next) {
    case 'list':
      return 'list';
    case 'watch':
      return `watch from ${state.version}`;
    case 'rest':
      return `after ${state.restMs} ms ${told(state.then)}`;
  }
};

const after = (events: readonly ReflectionEvent[], state: Reflection = WATCHING): string =>
  told(events.reduce((now, event) => afterEvent(now, event, 1), state));

const ended = (
  why: Extract<ReflectionEvent, { type: 'watch ended' }>['why'],
  version?: string,
): ReflectionEvent => ({ type: 'watch ended', why, version });
const RESTED: ReflectionEvent = { type: 'rested' };
const FAILED: ReflectionEvent = { type: 'list failed' };

describe('how objects are followed', () => {
  const rows: readonly (readonly [string, readonly ReflectionEvent[], string, Reflection?])[] = [
    ['by a list', [], 'list', BEGIN],
    ['then by a watch from there', [{ type: 'listed', version: '5' }], 'watch from 5', BEGIN],
    ['on from what was heard last', [ended('closed', '9')], 'watch from 9'],
    ['not at once when nothing was heard', [ended('closed')], 'after 400 ms watch from 7'],
    ['by a list when the version is forgotten', [ended('expired')], 'after 400 ms list'],
    ['by a list after silence', [ended('silent', '9')], 'after 200 ms list'],
    ['by a list after a connection that was cut', [ended('broken', '9')], 'after 200 ms list'],
    ['later each time', [FAILED, RESTED, FAILED, RESTED, FAILED], 'after 1600 ms list', BEGIN],
    [
      'without delay once it works again',
      [FAILED, RESTED, { type: 'listed', version: '8' }, ended('closed', '9')],
      'watch from 9',
      BEGIN,
    ],
  ];
  for (const [name, events, wanted, begin] of rows) {
    it(name, () => deepStrictEqual(after(events, begin), wanted));
  }

  it('rests at most ten seconds, and never not at all after a failure', () => {
    fc.assert(
      fc.property(fc.nat(60), fc.double({ min: 0, max: 1, noNaN: true }), (failures, jitter) => {
        const state = afterEvent({ next: 'list', failures }, FAILED, jitter);
        ok(state.next === 'rest' && state.restMs >= 200 && state.restMs <= 10_000);
      }),
    );
  });
});
