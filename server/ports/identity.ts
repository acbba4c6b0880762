import type { MemberId } from '../raft/ids.ts';

/** Who a data directory is. Written once, with the first write of a member. */
export interface Identity {
  /** Random, made at bootstrap. */
  readonly cluster: string;
  readonly member: MemberId;
}
