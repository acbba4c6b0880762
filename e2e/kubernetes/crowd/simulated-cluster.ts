/**
 * The members of one cluster, simulated: the group that the operator's own simulator has, in real time.
 * What the admin API asks of a member is carried out on it.
 */
import type {
  BootstrapRequest,
  BootstrapResponse,
  ChangeMembershipRequest,
  ChangeMembershipResponse,
  StatusResponse,
  TransferRequest,
  TransferResponse,
} from '../../../proto/gen/robustmq/admin/v1/admin.ts';
import { STANDING } from '../../../operator/plan/words.ts';
import type { Directory } from '../../../operator/sim/members/directory.ts';
import {
  createFleet,
  directoryOn,
  endProcess,
  stepFleet,
  upOf,
  type Fleet,
  type Process,
} from '../../../operator/sim/members/fleet.ts';
import {
  change,
  configurationIn,
  createGroup,
  isCaughtUp,
  type Group,
} from '../../../operator/sim/members/group.ts';
import { statusOf } from '../../../operator/sim/members/status-of.ts';
import type { Certificates } from '../../../operator/tls/certificates.ts';
import type { Prng } from '../../../server/sim/prng.ts';
import { Refusal } from './refusal.ts';

/** One process, as the admin API asks it. Throws a Refusal when it does nothing. */
export interface SimulatedMember {
  status(): StatusResponse;
  bootstrap(request: BootstrapRequest): BootstrapResponse;
  changeMembership(request: ChangeMembershipRequest): ChangeMembershipResponse;
  transfer(request: TransferRequest): TransferResponse;
}

/** What a process is started with. */
export type Start = Omit<Process, 'directory' | 'opensMs'> & {
  /** UID of the claim: on the same one is the same directory again. */
  readonly volume: string;
};

export interface SimulatedCluster {
  start(process: Start): SimulatedMember;
  /** Ends the process of a pod, if there is one. */
  end(pod: string): void;
  /** Whether the process of a pod is a voter that is not behind, and has a leader. */
  isReady(pod: string): boolean;
  /** Lets time pass. */
  step(ms: number): void;
  /** Another voter leads from now on, if there is one that can. */
  changeLeader(): void;
}

interface Simulation {
  readonly fleet: Fleet;
  readonly certificates: Pick<Certificates, 'read'>;
  nowMs: number;
}

/** A cluster without members. Certificates are read for every status. */
export function createSimulatedCluster(
  certificates: Pick<Certificates, 'read'>,
  prng: Prng,
): SimulatedCluster {
  const fleet = createFleet();
  const simulation: Simulation = { fleet, certificates, nowMs: 0 };
  return {
    start: ({ volume, ...rest }) => {
      const directory = directoryOn(fleet, volume);
      const process: Process = { ...rest, directory, opensMs: simulation.nowMs };
      fleet.processes.set(process.pod, process);
      return memberOf(simulation, process);
    },
    end: (pod) => endProcess(fleet, pod),
    isReady: (pod) => {
      const uuid = fleet.processes.get(pod)?.directory.uuid ?? '';
      return fleet.health.get(uuid)?.healthy ?? false;
    },
    step: (ms) => {
      simulation.nowMs += ms;
      stepFleet(fleet, simulation.nowMs, ms, prng);
    },
    changeLeader: () => {
      for (const group of fleet.groups.values()) {
        const others = [...successors(simulation, group).values()];
        if (group.leader !== undefined && others.length > 0) lead(group, prng.pick(others));
      }
    },
  };
}

function memberOf(simulation: Simulation, process: Process): SimulatedMember {
  const { fleet, certificates } = simulation;
  const { directory, peerAddress } = process;
  return {
    status: () => ({ status: statusOf(fleet, certificates, process, simulation.nowMs) }),
    bootstrap: ({ clusterId, directory: meant }) => {
      if (directory.uuid !== meant) {
        throw new Refusal('FAILED_PRECONDITION', 'it is on another directory');
      }
      if (directory.group === undefined) {
        fleet.groups.set(
          clusterId,
          createGroup(clusterId, directory, 1, peerAddress, simulation.nowMs),
        );
      } else if (directory.group !== clusterId) {
        throw new Refusal('FAILED_PRECONDITION', 'it is a member already');
      }
      return { clusterId, memberId: directory.memberId };
    },
    changeMembership: ({ configurationIndex, changes }) => {
      const group = ledBy(simulation, directory, configurationIndex);
      const why = change(group, upOf(fleet, simulation.nowMs), changes);
      if (why !== undefined) throw new Refusal('FAILED_PRECONDITION', why);
      return { configuration: configurationIn(group) };
    },
    transfer: ({ configurationIndex, memberId, term }) => {
      const group = ledBy(simulation, directory, configurationIndex);
      if (group.term !== term) throw new Refusal('ABORTED', 'it leads in another term');
      const next = successors(simulation, group).get(memberId);
      if (next === undefined) throw new Refusal('FAILED_PRECONDITION', 'it lags');
      lead(group, next);
      return { leaderId: memberId };
    },
  };
}

/** The group that this directory leads, while that configuration is in force. */
function ledBy({ fleet }: Simulation, { uuid, group: id }: Directory, index: number): Group {
  const group = fleet.groups.get(id ?? '');
  if (group?.leader !== uuid) throw new Refusal('FAILED_PRECONDITION', 'it does not lead');
  if (configurationIn(group).index === index) return group;
  throw new Refusal('ABORTED', 'another configuration is in force');
}

/** Those that could lead instead, by id. */
function successors({ fleet, nowMs }: Simulation, group: Group): ReadonlyMap<number, Directory> {
  const up = upOf(fleet, nowMs);
  const others = configurationIn(group).members.flatMap(({ id, directory: uuid, standing }) => {
    const directory = up.get(uuid);
    const can =
      standing === STANDING.VOTER && uuid !== group.leader && isCaughtUp(group, directory);
    return can && directory !== undefined ? [[id, directory] as const] : [];
  });
  return new Map(others);
}

function lead(group: Group, next: Directory): void {
  group.leader = next.uuid;
  group.term += 1;
  next.term = group.term;
  next.match = group.index;
}
