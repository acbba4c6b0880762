/** What is on a volume: a member, or nobody yet. */
export interface Directory {
  readonly uuid: string;
  /** Id of its cluster; undefined while it is empty. */
  group: string | undefined;
  memberId: number;
  /** Its log ends here. */
  match: number;
  term: number;
  /** It has been told that it is no member any more. */
  removed: boolean;
  damaged: boolean;
  /** Its disk has little space left. */
  scarce: boolean;
  /** It receives nothing, for a reason that nobody knows. */
  stuck: boolean;
}

export const createDirectory = (uuid: string, stuck: boolean): Directory => ({
  uuid,
  group: undefined,
  memberId: 0,
  match: 0,
  term: 0,
  removed: false,
  damaged: false,
  scarce: false,
  stuck,
});
