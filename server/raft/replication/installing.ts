/** The follower's side of snapshots (paper §7): which are taken, and what an installed one changes. */
import { emit } from '../emit.ts';
import type { Input } from '../input.ts';
import { invariant } from '../invariant.ts';
import { commitTo } from '../log/commit.ts';
import { contains, reset } from '../log/log.ts';
import type { Snapshot } from '../message.ts';
import type { Raft } from '../raft.ts';
import { accept } from './following.ts';

/** A snapshot is taken only if it holds something this member does not know to be committed. */
export function onSnapshot(raft: Raft, message: Snapshot): void {
  const { snapshot } = message;
  if (raft.installing !== undefined) return;
  if (snapshot.index > raft.commit && contains(raft.log, snapshot)) commitTo(raft, snapshot.index);
  if (snapshot.index <= raft.commit) {
    accept(raft, message.from, raft.commit);
    return;
  }
  raft.installing = { snapshot, from: message.from };
  emit(raft, { kind: 'install', from: message.from, snapshot });
}

/** The snapshot is this member's state, and its membership this member's membership. */
export function onInstalled(raft: Raft, input: Extract<Input, { kind: 'installed' }>): void {
  const { installing } = raft;
  invariant(
    installing?.snapshot.index === input.index,
    'only the snapshot being installed is completed',
    {
      index: input.index,
      installing: installing?.snapshot.index,
    },
  );
  raft.installing = undefined;
  if (!input.done) return;
  const { snapshot, from } = installing;
  reset(raft.log, { index: snapshot.index, term: snapshot.term });
  raft.commit = snapshot.index;
  raft.applied = snapshot.index;
  raft.configurations.splice(0, Infinity, {
    index: snapshot.configurationIndex,
    configuration: snapshot.configuration,
  });
  if (raft.role.kind === 'follower' && raft.role.leader === from)
    accept(raft, from, snapshot.index);
}
