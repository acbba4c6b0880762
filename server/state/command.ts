/**
 * Everything that can be done to the replicated state. A command is decided on by one member and
 * carried out by all: whatever differs between members must not matter to it.
 */

/** Numbers a client's writes, so that it may send one again without its being carried out twice. */
export interface Request {
  /** As the client names itself: 1 to `CLIENT_NAME_BYTES_MAX` bytes of UTF-8. */
  readonly client: string;
  /** Counts the client's writes from 1; a write that is sent again keeps its number. */
  readonly id: number;
}

/** What every proposal carries, whatever it does. */
export interface Proposed {
  /** Unix time in ms, as the member saw it that proposed; see `replicated-time.ts`. */
  readonly timeMs: number;
  readonly request?: Request;
}

/** Sets a key of users to a value. */
export interface KvSet extends Proposed {
  readonly kind: 'kvSet';
  /** Not empty. */
  readonly key: string;
  /** UTF-8 of what the user gave. */
  readonly value: Uint8Array;
}

/** Deletes a key of users, if it is there. */
export interface KvDelete extends Proposed {
  readonly kind: 'kvDelete';
  readonly key: string;
}

/** A member says where it is found and what it can do. */
export interface Announce extends Proposed {
  readonly kind: 'announce';
  readonly announcement: AnnouncedMember;
}

/** What members announce: `Announcement` of the address book, without what the cluster decides. */
export interface AnnouncedMember {
  /** UUID of its data directory. */
  readonly directory: string;
  /** `host:port` for peers and admins. */
  readonly peerAddress: string;
  /** `host:port` for clients. */
  readonly clientAddress: string;
  /** The newest version of commands that it can apply. */
  readonly commandVersionMax: number;
}

/** Lets commands of newer versions be used. */
export interface RaiseVersion extends Proposed {
  readonly kind: 'raiseVersion';
  readonly version: number;
  /**
   * Directories of all members when it was decided on, at least one. Each must have announced the version by the
   * time it is applied, so that a member that came back older in the meantime is not left behind.
   */
  readonly directories: readonly string[];
}

/**
 * Lifts all epochs above what the cluster before a restore or recovery may have handed out: what was
 * lost with it must not look newer than what follows.
 */
export interface RaiseEpochs extends Proposed {
  readonly kind: 'raiseEpochs';
  /** By how much; at least 1. */
  readonly by: number;
  /** Id of the cluster that begins with this: the epochs are raised once for each. */
  readonly cluster: string;
  /** The incident that an operator recovered from, as the operator names it; may be empty. */
  readonly incident: string;
}

/** Lets every member compare its state, as it is right here. */
export interface Check extends Proposed {
  readonly kind: 'check';
}

/** Does something to the records that are kept for brokers: an operation of `registry/`. */
export interface Change extends Proposed {
  readonly kind: 'change';
  /** The operation's name. */
  readonly operation: string;
  /** What it takes, in its own layout. */
  readonly args: Uint8Array;
}

/** One command. */
export type Command = KvSet | KvDelete | Announce | RaiseVersion | RaiseEpochs | Check | Change;
