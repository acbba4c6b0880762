/** Another member that leads, and where its clients reach it. */
export interface LeaderElsewhere {
  readonly member: number;
  /** `host:port`. */
  readonly clientAddress: string;
}

/** Who leads, as this member knows it now. */
export interface Leadership {
  /**
   * `here`: this member. Another: one that this member has heard from in its current term.
   * Undefined: neither, or nobody knows where to find it.
   */
  current(): 'here' | LeaderElsewhere | undefined;
  /**
   * Calls `listener` after `current` may have changed, and after a transfer of leadership has ended
   * in whatever way: until then a leader turns writes away. Returns how to stop that.
   */
  changed(listener: () => void): () => void;
}
