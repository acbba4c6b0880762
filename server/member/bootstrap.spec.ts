import assert from 'node:assert/strict';
import type { NodeStatus } from '../node/node.ts';
import type { Announcement } from '../ports/address-book.ts';
import { toMemberId } from '../raft/ids.ts';
import { createBootstrap } from './bootstrap.ts';

const announced: Announcement = {
  directory: 'there',
  identity: undefined,
  peerAddress: 'peer:1',
  clientAddress: 'peer:2',
  commandVersionMax: 1,
};
const waiting: Announcement = { ...announced, waiting: true };
const member: Announcement = {
  ...announced,
  identity: { cluster: 'other', member: toMemberId(2) },
};

describe('bootstrap', () => {
  function createWorld(phase: NodeStatus['phase'], ...answers: (Announcement | Error)[]) {
    const told: string[] = [];
    const world = { ms: 0, answers, told, founded: 0 };
    const pass = createBootstrap({
      node: {
        status: () => ({ phase, identity: undefined }),
        bootstrap: (_cluster, done) => {
          world.founded += 1;
          done('bootstrapped');
        },
      },
      peers: answers.map((_, at) => `peer-${at}`),
      discover: (peer) => {
        const answer = world.answers[Number(peer.slice('peer-'.length))]!;
        return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
      },
      nowMs: () => world.ms,
      log: { write: (event: string) => void told.push(event) },
    });
    return { world, pass };
  }

  const silent = new Error('nobody listens');
  const cases: readonly [
    what: string,
    phase: NodeStatus['phase'],
    answers: readonly (Announcement | Error)[],
    expected: { readonly is: 'again' | 'done'; readonly founded: number; told: readonly string[] },
  ][] = [
    ['waits for its own directory', 'opening', [], { is: 'again', founded: 0, told: [] }],
    ['leaves a used directory alone', 'running', [], { is: 'done', founded: 0, told: [] }],
    [
      'founds a cluster where peers are nobody',
      'waiting',
      [waiting, waiting],
      { is: 'done', founded: 1, told: ['bootstrap_done'] },
    ],
    [
      'refuses where one is a member, whoever else is not ready',
      'waiting',
      [announced, silent, member],
      {
        is: 'done',
        founded: 0,
        told: ['bootstrap_waits', 'bootstrap_peer_silent', 'bootstrap_refused'],
      },
    ],
    [
      'waits for a peer that does not know yet who it is',
      'waiting',
      [waiting, announced],
      { is: 'again', founded: 0, told: ['bootstrap_waits'] },
    ],
    [
      'waits for a peer that does not answer',
      'waiting',
      [silent],
      { is: 'again', founded: 0, told: ['bootstrap_peer_silent'] },
    ],
  ];
  for (const [what, phase, answers, { is, founded, told }] of cases) {
    it(what, async () => {
      const { world, pass } = createWorld(phase, ...answers);
      assert.equal(await pass(), is);
      assert.deepEqual([world.founded, world.told], [founded, told]);
    });
  }

  it('waits ten seconds for who does not answer, without an end for who does not know', async () => {
    const { world, pass } = createWorld('waiting', silent, announced);
    await pass();
    world.ms = 10_000;
    assert.equal(await pass(), 'again');
    world.answers[1] = waiting;
    assert.equal(await pass(), 'done');
    assert.equal(world.founded, 1);
    assert.deepEqual(world.told, ['bootstrap_peer_silent', 'bootstrap_waits', 'bootstrap_done']);
  });

  it('refuses when a peer that was opening its directory turns out to be a member', async () => {
    const { world, pass } = createWorld('waiting', announced);
    assert.equal(await pass(), 'again');
    world.answers[0] = member;
    assert.equal(await pass(), 'done');
    assert.equal(world.founded, 0);
  });
});
