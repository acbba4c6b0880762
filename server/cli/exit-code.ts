/** What the process answers to scripts. */
export const EXIT = { done: 0, failed: 1, usage: 2, unreachable: 3, unknown: 4 } as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** For the help of every command. */
export const EXIT_HELP = `
Exit codes:
  0  done
  1  refused or failed; nothing was changed
  2  the command line is wrong
  3  no member could be reached; nothing was changed
  4  outcome unknown: it may or may not have been carried out`;
