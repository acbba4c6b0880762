/** Something of the machine is missing; the message says in one sentence what to install or to do. */
export class MissingToolError extends Error {
  override readonly name = 'MissingToolError';
}
