/**
 * A command that this code does not know, from a member of a newer version. Whoever applies it must
 * stop: to leave it out would make its state another one than everybody else's.
 */
export class UnknownCommand extends Error {
  override readonly name = 'UnknownCommand';

  /** @param what what is unknown, as `kind 9` or `version 3`. */
  constructor(what: string) {
    super(
      `a replicated command of unknown ${what}: this member is older than its cluster; start it with a newer version of the program`,
    );
  }
}

/** Bytes that are no command, row or reply. Written by a bug, or damaged. */
export class Malformed extends Error {
  override readonly name = 'Malformed';

  /** @param what what they should have been; @param problem why they are not. */
  constructor(what: string, problem: string) {
    super(`malformed ${what}: ${problem}`);
  }
}
