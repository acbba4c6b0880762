import assert from 'node:assert/strict';
import { status } from '@grpc/grpc-js';
import { Refusal } from './refusal.ts';
import { createSpeakers } from './speakers.ts';
import type { Speakers } from './speakers.ts';

const [FIRST, COPY, THIRD] = [11, 22, 33];

describe('who speaks for a directory', () => {
  let nowMs: number;
  let speakers: Speakers;

  beforeEach(() => {
    nowMs = 1_000;
    speakers = createSpeakers({ directory: () => 'own', incarnation: 15 }, { nowMs: () => nowMs });
  });

  /** What becomes of a process that is heard. */
  const hear = (incarnation: number, directory = 'd', afterMs = 100): string => {
    nowMs += afterMs;
    try {
      speakers.heard(directory, incarnation);
      return 'speaks';
    } catch (error) {
      assert(error instanceof Refusal);
      return status[error.code];
    }
  };

  const CASES: readonly { name: string; does: () => readonly string[]; is: readonly string[] }[] = [
    {
      name: 'the first, for as long as it likes',
      does: () => [hear(FIRST), hear(FIRST), hear(FIRST, 'd', 60_000)],
      is: ['speaks', 'speaks', 'speaks'],
    },
    {
      name: 'not a copy: it is told to end once the first was heard again',
      does: () => [hear(FIRST), hear(COPY), hear(FIRST), hear(COPY), hear(FIRST)],
      is: ['speaks', 'ABORTED', 'speaks', 'ALREADY_EXISTS', 'speaks'],
    },
    {
      name: 'a process that was started anew, when the old one was silent for a while',
      does: () => [hear(FIRST), hear(COPY), hear(COPY, 'd', 1_000), hear(COPY, 'd', 1_000)],
      is: ['speaks', 'ABORTED', 'ABORTED', 'speaks'],
    },
    {
      name: 'a process that was started anew, at once, when the connection of the old one has ended',
      does: () => {
        const first = hear(FIRST);
        speakers.left('d', FIRST);
        return [first, hear(COPY)];
      },
      is: ['speaks', 'speaks'],
    },
    {
      name: 'who took over: the one before, stopped meanwhile, is told to end when it goes on',
      does: () => [hear(FIRST), hear(COPY, 'd', 2_000), hear(FIRST), hear(COPY), hear(FIRST)],
      is: ['speaks', 'speaks', 'ABORTED', 'speaks', 'ALREADY_EXISTS'],
    },
    {
      name: 'the first, of three',
      does: () => [hear(FIRST), hear(COPY), hear(FIRST), hear(THIRD), hear(FIRST), hear(THIRD)],
      is: ['speaks', 'ABORTED', 'speaks', 'ABORTED', 'speaks', 'ALREADY_EXISTS'],
    },
    {
      name: 'the speaker, although the end of a connection of another is heard of late',
      does: () => {
        const before = [hear(FIRST), hear(COPY, 'd', 2_000)];
        speakers.left('d', FIRST);
        return [...before, hear(FIRST)];
      },
      is: ['speaks', 'speaks', 'ABORTED'],
    },
    {
      name: 'everyone for another directory',
      does: () => [hear(FIRST), hear(COPY, 'e')],
      is: ['speaks', 'speaks'],
    },
    {
      name: 'this process for its own; who began later is told to end, and who did before is not',
      does: () => [
        hear(15, 'own'),
        hear(COPY, 'own'),
        hear(COPY, 'own', 60_000),
        hear(FIRST, 'own'),
      ],
      is: ['speaks', 'ALREADY_EXISTS', 'ALREADY_EXISTS', 'ABORTED'],
    },
    {
      name: 'everyone of a version that does not say who it is',
      does: () => [hear(FIRST), hear(0), hear(0, 'own'), hear(FIRST)],
      is: ['speaks', 'speaks', 'speaks', 'speaks'],
    },
  ];
  for (const { name, does, is } of CASES) {
    it(name, () => assert.deepEqual(does(), is));
  }

  it('is forgotten beyond a bound, the oldest first', () => {
    for (let at = 0; at <= 1_024; at += 1) hear(FIRST, `d${at}`, 0);
    assert.deepEqual([hear(COPY, 'd1024', 0), hear(COPY, 'd0', 0)], ['ABORTED', 'speaks']);
  });

  it('is said with what to do', () => {
    hear(FIRST);
    hear(COPY);
    hear(FIRST);
    assert.throws(() => speakers.heard('d', COPY), /leave this one stopped and remove its copy/);
  });
});
