import { node } from '../../state/registry/node.ts';
import { nodeOf } from '../../state/testing/registry-world.ts';
import { BEAT_MS, HEARTBEAT_TIMEOUT_MS } from '../brokers/options.ts';
import type { BrokerEvent, Observation } from '../observation.ts';
import { describeProperty } from './cases.contract.ts';
import { liveBrokersStay } from './live-brokers-stay.ts';
import { changed, put, removed } from './testing/broker-observations.ts';

const registered = changed(1, put(node, nodeOf(1n)));
const givenUp = (atMs: number): Observation => ({
  ...changed(2, removed(node, nodeOf(1n))),
  atMs,
});
/** It is heard as often as it beats. */
const heard = (fromMs: number, toMs: number): Observation[] =>
  Array.from({ length: Math.floor((toMs - fromMs) / BEAT_MS) + 1 }, (_, at) => ({
    kind: 'broker',
    atMs: fromMs + at * BEAT_MS,
    event: { kind: 'heard', broker: 1 },
  }));
const LONG_MS = 5 * HEARTBEAT_TIMEOUT_MS;

const told = (atMs: number, event: BrokerEvent): Observation => ({ kind: 'broker', atMs, event });
const started = told(0, { kind: 'started', broker: 1 });
const asked = (atMs: number, inVain: boolean, directory = 'd1'): Observation =>
  told(atMs, { kind: 'asked', by: { directory, incarnation: 1 }, broker: 1, inVain });

describeProperty(liveBrokersStay, {
  breaks: {
    'one that nobody heard, but that is there to answer': [
      ...[started, registered],
      ...[asked(1_000, true), asked(LONG_MS, false)],
      givenUp(LONG_MS + HEARTBEAT_TIMEOUT_MS),
    ],
    'one that was asked in vain, and answered when it was asked again': [
      ...[started, registered],
      ...[asked(LONG_MS, true), asked(LONG_MS + 100, true), asked(LONG_MS + 200, false)],
      givenUp(LONG_MS + HEARTBEAT_TIMEOUT_MS),
    ],
    'a broker that is given up though it was heard': [
      registered,
      ...heard(0, LONG_MS),
      givenUp(LONG_MS),
    ],
  },
  holds: {
    'one that was asked in vain': [
      ...[started, registered, asked(LONG_MS, true)],
      givenUp(LONG_MS + HEARTBEAT_TIMEOUT_MS),
    ],
    'one that was asked in vain, and answered somebody else, or much later': [
      ...[started, registered, asked(LONG_MS, true)],
      ...[asked(LONG_MS + 100, false, 'd2'), asked(LONG_MS + HEARTBEAT_TIMEOUT_MS, false)],
      givenUp(LONG_MS + 2 * HEARTBEAT_TIMEOUT_MS),
    ],
    'one that was not heard any more': [
      registered,
      ...heard(0, LONG_MS),
      givenUp(LONG_MS + HEARTBEAT_TIMEOUT_MS),
    ],
    'one that is given up late, when it is heard again': [
      registered,
      ...heard(0, LONG_MS),
      ...heard(LONG_MS + HEARTBEAT_TIMEOUT_MS, LONG_MS + 2 * HEARTBEAT_TIMEOUT_MS),
      givenUp(LONG_MS + 2 * HEARTBEAT_TIMEOUT_MS),
    ],
    'one that died': [
      registered,
      ...heard(0, LONG_MS),
      { kind: 'broker', atMs: LONG_MS, event: { kind: 'died', broker: 1 } },
      givenUp(LONG_MS),
    ],
  },
});
