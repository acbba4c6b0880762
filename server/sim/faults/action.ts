/**
 * What is done to the cluster in a run: data, drawn from the seed before the run begins, so that it
 * can be written to a file, replayed and shrunk. Whom an action hits is found out when it happens.
 */
import type { TimingTrust } from '../../raft/membership/configuration.ts';
import type { Effect } from '../../raft/effect.ts';

/** Whom to hit: the `nth` (modulo their number, in order of hosts) of the running members that fit. */
export interface Target {
  readonly role: 'leader' | 'follower' | 'voter' | 'learner' | 'any';
  readonly nth: number;
}

/** Which way messages of a host go astray. */
export type Direction = 'both' | 'in' | 'out';

/** What a network does to messages beyond cutting them off. */
export type Degradation = 'loss' | 'delay' | 'duplicate' | 'reorder';

/** What the operator is asked to bring about; it works out the change from what it sees. */
export type Wish =
  | { readonly kind: 'addVoter' | 'addLearner'; readonly priority: number }
  | { readonly kind: 'promote' | 'demote' | 'remove'; readonly nth: number }
  /** One voter goes, another comes, in one change. */
  | { readonly kind: 'swap'; readonly nth: number }
  | { readonly kind: 'prioritize'; readonly nth: number; readonly priority: number }
  | { readonly kind: 'trust'; readonly trust: TimingTrust }
  /** A change that no cluster may carry out. */
  | { readonly kind: 'invalid' };

/** An isolation that comes `delayMs` after something else; at 0 right before it. */
export interface CutOff {
  readonly delayMs: number;
  readonly forMs: number;
}

/** Why a process ends. `kill` leaves on disk what was written, `power` only what was synced. */
export type CrashMode = 'kill' | 'power';

type ProcessAction =
  /**
   * Ends the process at its `afterCalls`-th call of a port, or at once when 0. Its disk gets stuck
   * `stuckMs` before and stays so, so that more is under way: writes of the log and of the state.
   * `keepSeed` decides what of it is found.
   * `moment`: the crash waits for a step with this effect, and hits whoever makes it.
   */
  | {
      readonly kind: 'crash';
      readonly target: Target;
      readonly mode: CrashMode;
      readonly moment: 'now' | Effect['kind'];
      readonly stuckMs: number;
      readonly afterCalls: number;
      readonly keepSeed: number;
      readonly downMs: number;
    }
  /** Power is lost everywhere at once, `stuckMs` after all disks got stuck; each host comes back by itself. */
  | {
      readonly kind: 'blackout';
      readonly stuckMs: number;
      readonly keepSeed: number;
      readonly downMs: number;
    }
  | { readonly kind: 'stop'; readonly target: Target; readonly downMs: number }
  /** The process handles nothing; what arrives meanwhile waits for it. Its clock goes on. */
  | { readonly kind: 'pause'; readonly target: Target; readonly forMs: number }
  | { readonly kind: 'jump'; readonly target: Target; readonly byMs: number }
  /** `drift`: -1 … 1, as a part of what the settings of the run allow. */
  | { readonly kind: 'drift'; readonly target: Target; readonly drift: number };

type NetworkAction =
  /** `share` of the messages between `percent` of the ordered pairs of hosts. */
  | {
      readonly kind: 'degrade';
      readonly fault: Degradation;
      readonly share: number;
      readonly linkPercent: number;
      readonly linkSeed: number;
      readonly forMs: number;
    }
  /** Cuts the hosts in the bit mask `group` off from the others; one-way: they are not heard. */
  | {
      readonly kind: 'partition';
      readonly group: number;
      readonly oneWay: boolean;
      readonly forMs: number;
    }
  /** Cuts some links and leaves others, so that who hears whom is no equivalence. */
  | {
      readonly kind: 'cutLinks';
      readonly linkPercent: number;
      readonly linkSeed: number;
      readonly oneWay: boolean;
      readonly forMs: number;
    }
  | {
      readonly kind: 'isolate';
      readonly target: Target;
      readonly direction: Direction;
      readonly forMs: number;
    }
  /**
   * Cuts a leader off together with one follower whose disk is stuck from then on, and for
   * `stuckOnMs` longer than the cut: what the leader still sends gathers there unwritten, until the
   * leader that the others elect replaces it. `nth`: which of the followers the others can do without.
   */
  | {
      readonly kind: 'strand';
      readonly nth: number;
      readonly forMs: number;
      readonly stuckOnMs: number;
    }
  /**
   * Lets nothing of a leader reach one follower, which comes to take it for gone; `deafMs` later
   * nobody hears it for `forMs`, and all others crash and are back after `downMs`. Whoever has
   * promised it anything has to know so still. Clients are quiet meanwhile, or the follower would
   * lack what they write, and be refused for that. `nth`: which of the followers.
   */
  | {
      readonly kind: 'usurp';
      readonly nth: number;
      readonly deafMs: number;
      readonly keepSeed: number;
      readonly downMs: number;
      readonly forMs: number;
    }
  /** Isolates again and again, for half of each period. */
  | {
      readonly kind: 'flap';
      readonly target: Target;
      readonly direction: Direction;
      readonly periodMs: number;
      readonly forMs: number;
    }
  /** Tells the others what is not so: that the target's process is gone, or is back. */
  | { readonly kind: 'falseHint'; readonly target: Target; readonly reachable: boolean };

type DiskAction =
  | {
      readonly kind: 'slowDisk';
      readonly target: Target | 'all';
      readonly factor: number;
      readonly forMs: number;
    }
  | { readonly kind: 'stuckDisk'; readonly target: Target | 'all'; readonly forMs: number }
  /** The next `count` writes fail. `written`: they are found on disk all the same. */
  | {
      readonly kind: 'failWrites';
      readonly target: Target;
      readonly count: number;
      readonly written: boolean;
    }
  /** Space runs low, and `fullAfterMs` later there is none. */
  | {
      readonly kind: 'fillDisk';
      readonly target: Target;
      readonly fullAfterMs: number;
      readonly forMs: number;
    }
  /** Copies the directory now and puts the copy back `ageMs` later, as soon as that is fair. */
  | {
      readonly kind: 'putBack';
      readonly target: Target;
      readonly ageMs: number;
      readonly downMs: number;
    }
  /**
   * A row on the disk of one voter changes, while everybody else's state is right: so that its
   * `checksum` fails, or only the `row`, or the hash with it (`hashToo`), as if it were applied so.
   */
  | {
      readonly kind: 'rot';
      readonly target: Target;
      readonly nth: number;
      readonly how: 'checksum' | 'row' | 'hashToo';
    }
  /** The process comes back on an empty directory, hence as nobody. */
  | { readonly kind: 'wipe'; readonly target: Target; readonly downMs: number };

type OperatorAction =
  /**
   * `stale`: decided on what a random member says. `cutOff`: whether, when and how long whoever is
   * asked first is isolated.
   */
  | {
      readonly kind: 'change';
      readonly wishes: readonly Wish[];
      readonly stale: boolean;
      readonly cutOff: CutOff | undefined;
    }
  | {
      readonly kind: 'transfer';
      /** Whom to ask. */
      readonly target: Target;
      /** Who shall lead; `nobody`: a member that does not exist. */
      readonly to: Target | 'best' | 'nobody';
      /** What happens to whoever is asked, or to whoever shall lead. */
      readonly mishap: 'none' | 'askedCrashes' | 'heirCutOff' | 'heirStuck';
      /** So long after the mishap the question comes: whoever shall lead has fallen behind by then. */
      readonly headStartMs: number;
    };

interface ClientAction {
  readonly kind: 'burst';
  readonly operations: number;
}

type ActionBody = ProcessAction | NetworkAction | DiskAction | OperatorAction | ClientAction;

export type ActionKind = ActionBody['kind'];

/** An action, and when it happens. */
export type Action = { readonly atMs: number } & ActionBody;

/** The action of one kind. */
export type ActionOf<Kind extends ActionKind> = Extract<Action, { readonly kind: Kind }>;
