import assert from 'node:assert/strict';
import type { Announcement } from '../ports/address-book.ts';
import type { NodeObserver, NodeStatus } from '../node/node.ts';
import { ORIGIN, toMemberId } from '../raft/ids.ts';
import type { Raft } from '../raft/raft.ts';
import { createNodeLeadership } from './node-leadership.ts';

const TWO = toMemberId(2);
const LEADS = { kind: 'leader' };
const FOLLOWS = { kind: 'follower', leader: TWO, suspect: false };
const SUSPECTS = { ...FOLLOWS, suspect: true };
const HANDS_OVER = { ...LEADS, transfer: { to: TWO, context: undefined } };

function createScene(address: string | undefined = 'host:1228') {
  const tasks: (() => void)[] = [];
  const found: { address: string | undefined } = { address };
  const leadership = createNodeLeadership({
    addresses: {
      find: (directory) =>
        directory === 'd' && found.address !== undefined
          ? ({ clientAddress: found.address } as Announcement)
          : undefined,
      heard: () => undefined,
      replicated: () => undefined,
    },
    defer: (task) => void tasks.push(task),
    status: () =>
      ({ configuration: { members: [{ id: TWO, directory: 'd' }] } }) as unknown as NodeStatus,
  });
  let told = 0;
  const stop = leadership.changed(() => (told += 1));
  const observer: Required<Pick<NodeObserver, 'restored' | 'stepped'>> = {
    stepped: () => undefined,
    restored: () => undefined,
    ...leadership.observer,
  };
  const settle = (): number => {
    for (const task of tasks.splice(0)) task();
    const count = told;
    told = 0;
    return count;
  };
  /** How often listeners are told of steps that end in these roles. */
  const step = (...roles: readonly object[]): number => {
    for (const role of roles) observer.stepped({ kind: 'tick' }, [], { role } as Raft);
    return settle();
  };
  return { leadership, observer, found, step, settle, stop };
}

describe('The leadership that a node shows', () => {
  it('is nobody at first, and nobody while it campaigns', () => {
    const { leadership, step } = createScene();
    assert.equal(leadership.current(), undefined);
    assert.equal(step({ kind: 'candidate' }, { kind: 'preCandidate' }), 0);
    assert.equal(leadership.current(), undefined);
  });

  it('is here when it leads', () => {
    const { leadership, step } = createScene();
    assert.equal(step(LEADS), 1);
    assert.equal(leadership.current(), 'here');
    assert.equal(step(LEADS, LEADS), 0);
    assert.equal(step({ kind: 'removed' }), 1);
    assert.equal(leadership.current(), undefined);
  });

  it('is elsewhere when it follows, once the address is known', () => {
    const { leadership, step, found, settle } = createScene('');
    found.address = undefined;
    step(FOLLOWS);
    assert.equal(leadership.current(), undefined);
    found.address = 'host:1228';
    leadership.addressesChanged();
    assert.equal(settle(), 1);
    assert.deepEqual(leadership.current(), { member: 2, clientAddress: 'host:1228' });
  });

  it('is nobody while the leader is suspect', () => {
    const { leadership, step } = createScene();
    step(FOLLOWS);
    assert.equal(step(SUSPECTS), 1);
    assert.equal(leadership.current(), undefined);
    assert.equal(step(FOLLOWS), 1);
    assert.deepEqual(leadership.current(), { member: 2, clientAddress: 'host:1228' });
  });

  it('tells of the end of a transfer, whoever wished for it, though nobody else leads', () => {
    const { step } = createScene();
    step(LEADS);
    assert.equal(step(HANDS_OVER), 0);
    assert.equal(step(HANDS_OVER), 0);
    assert.equal(step(LEADS), 1);
    assert.equal(step(LEADS), 0);
  });

  it('forgets what a core knew when another starts, not when a snapshot is installed', () => {
    const { leadership, observer, settle, step } = createScene();
    const position = {
      ...ORIGIN,
      configuration: { members: [], outgoing: [], nextMemberId: TWO, trust: 'neither' },
      configurationIndex: ORIGIN.index,
    } as const;
    step(LEADS);
    observer.restored(position, 'installed', () => undefined);
    assert.equal(settle(), 0);
    observer.restored(position, 'opened', () => undefined);
    assert.equal(settle(), 1);
    assert.equal(leadership.current(), undefined);
  });

  it('tells nobody who stopped listening', () => {
    const { step, stop } = createScene();
    stop();
    assert.equal(step(LEADS), 0);
  });
});
