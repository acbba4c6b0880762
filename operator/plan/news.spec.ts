import { deepStrictEqual, strictEqual } from 'node:assert/strict';
import type { ClusterStatus } from '../api/cluster.ts';
import type { Action } from './action.ts';
import { newsOf, unanswered } from './news.ts';

const statusOf = (status: 'True' | 'False', message = 'Service a'): ClusterStatus => ({
  conditions: [
    {
      ...{ type: 'Stalled', reason: 'ChildNotOurs', status, message },
      lastTransitionTime: '2026-01-01T12:00:00Z',
    },
  ],
});

const written = (before: ClusterStatus | undefined, status: ClusterStatus) =>
  newsOf(before, { kind: 'write-status', status }, 'ChildNotOurs', 'Service a is there');

describe('news', () => {
  it('are of everything that is done', () => {
    deepStrictEqual(
      newsOf(
        undefined,
        { kind: 'delete-pod', pod: 'demo-meta-1', uid: '1' },
        'RollingOut',
        'demo-meta-1 takes the new template',
      ),
      {
        type: 'Normal',
        reason: 'RollingOut',
        action: 'DeletePod',
        message: 'demo-meta-1 takes the new template',
      },
    );
  });

  it('warn of a stall, and of another one', () => {
    for (const before of [undefined, statusOf('False'), statusOf('True', 'Service b')]) {
      deepStrictEqual(written(before, statusOf('True')), {
        type: 'Warning',
        reason: 'ChildNotOurs',
        action: 'Stall',
        message: 'Service a is there',
      });
    }
  });

  it('tell that it goes on', () => {
    const { type, action } = written(statusOf('True'), statusOf('False')) ?? {};
    deepStrictEqual([type, action], ['Normal', 'GoOn']);
  });

  it('are none when only the status was written', () => {
    for (const status of ['True', 'False'] as const) {
      strictEqual(written(statusOf(status), statusOf(status)), undefined);
    }
  });

  it('say when it is not known whether it was done, but of a stall', () => {
    const news = {
      type: 'Normal',
      reason: 'RollingOut',
      action: 'DeletePod',
      message: 'm',
    } as const;
    const deleted: Action = { kind: 'delete-pod', pod: 'demo-meta-1', uid: '1' };
    const { message } = unanswered(deleted, news);
    strictEqual(message, 'm; no answer came, and it may not have been done');
    deepStrictEqual(unanswered({ kind: 'write-status', status: {} }, news), news);
  });
});
