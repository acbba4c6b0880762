import type { MemberId, Term } from './ids.ts';

/** What a member must remember across a crash before it answers (paper Figure 2, without the log). */
export interface HardState {
  readonly term: Term;
  /** The candidate that got this member's vote in `term`. */
  readonly vote: MemberId | undefined;
}
