import type { NodeObserver } from '../../node/node.ts';
import type { Effect, RoleName } from '../../raft/effect.ts';
import type { Index, MemberId, Term } from '../../raft/ids.ts';
import type { Input } from '../../raft/input.ts';
import { isJoint } from '../../raft/membership/configuration.ts';
import { placedOf } from '../../raft/raft.ts';
import type { Raft } from '../../raft/raft.ts';
import type { Log } from './log.ts';

/** What was said last, so that only news is. */
interface Said {
  role: RoleName | undefined;
  term: Term | undefined;
  leader: MemberId | undefined;
  configurationIndex: Index | undefined;
  spaceLow: boolean;
  damaged: boolean;
  readonly sendsSinceMs: Map<MemberId, number>;
}

/**
 * Logs what the members of a cluster decide and what happens to this one.
 *
 * @param nowMs time that never goes back.
 */
export function createNodeLog(log: Log, nowMs: () => number): NodeObserver {
  const said: Said = {
    role: undefined,
    term: undefined,
    leader: undefined,
    configurationIndex: undefined,
    spaceLow: false,
    damaged: false,
    sendsSinceMs: new Map(),
  };

  return {
    stepped: (input, effects, raft) => {
      tellInput(log, said, input, nowMs);
      for (const effect of effects) tellEffect(log, said, effect, nowMs);
      tellConfiguration(log, said, raft);
      if (log.enabled('step') && input.kind !== 'tick') {
        log.write('step', { input: input.kind, effects: effects.map(({ kind }) => kind) });
      }
    },
    scrubbed: (damage) => {
      if (damage !== undefined) log.write('state_damaged', { error: damage });
      else if (said.damaged) log.write('state_sound', {});
      said.damaged = damage !== undefined;
    },
    rebuilt: ({ index, term }) => {
      said.damaged = false;
      log.write('state_rebuilt', { index, term });
    },
    restored: ({ index, term }, cause) => {
      log.write(cause === 'opened' ? 'state_opened' : 'snapshot_installed', { index, term });
      // A new core begins as a follower of nobody; what it becomes is news again.
      if (cause === 'opened') Object.assign(said, { role: undefined, leader: undefined });
    },
    notStaged: (peer, error) => log.write('snapshot_refused', { peer, error }),
  };
}

function tellInput(log: Log, said: Said, input: Input, nowMs: () => number): void {
  if (input.kind === 'snapshotSent') {
    const { to, index, delivered } = input;
    const durationMs = Math.round(nowMs() - (said.sendsSinceMs.get(to) ?? nowMs()));
    said.sendsSinceMs.delete(to);
    if (delivered) log.write('snapshot_sent', { peer: to, index, durationMs });
    else log.write('snapshot_send_failed', { peer: to, durationMs });
  } else if (input.kind === 'storageSpace' && input.low !== said.spaceLow) {
    said.spaceLow = input.low;
    log.write(input.low ? 'disk_space_low' : 'disk_space_ok', {});
  }
}

function tellEffect(log: Log, said: Said, effect: Effect, nowMs: () => number): void {
  switch (effect.kind) {
    case 'roleChanged':
      tellRole(log, said, effect.role, effect.term, effect.leader);
      return;
    case 'alarm': {
      const { member, acknowledged, found } = effect;
      log.write('member_regressed', { peer: member, acknowledged, found });
      return;
    }
    case 'sendSnapshot':
      said.sendsSinceMs.set(effect.to, nowMs());
      log.write('snapshot_started', { peer: effect.to });
      return;
    case 'transferEnded':
      log.write('transfer_ended', { outcome: effect.outcome });
      return;
    case 'persist':
    case 'send':
    case 'commit':
    case 'readReady':
    case 'accepted':
    case 'changeAccepted':
    case 'refuse':
    case 'fetch':
    case 'install':
    case 'compact':
      return;
  }
}

function tellRole(
  log: Log,
  said: Said,
  role: RoleName,
  term: Term,
  leader: MemberId | undefined,
): void {
  if (role !== said.role || term !== said.term) {
    log.write('role_changed', { role, term });
    if (role === 'removed' && said.role !== 'removed') log.write('member_removed', { term });
  }
  if (leader !== said.leader) log.write('leader_changed', { leader, term });
  Object.assign(said, { role, term, leader });
}

function tellConfiguration(log: Log, said: Said, raft: Raft): void {
  const { index, configuration } = placedOf(raft);
  if (index === said.configurationIndex) return;
  said.configurationIndex = index;
  const idsOf = (standing: 'voter' | 'learner'): number[] =>
    configuration.members.filter((member) => member.standing === standing).map(({ id }) => id);
  log.write('configuration_changed', {
    index,
    voters: idsOf('voter'),
    learners: idsOf('learner'),
    joint: isJoint(configuration),
  });
}
