/** Another process runs on a copy of this one's directory, and is the member. */
export class DisplacedError extends Error {
  override readonly name = 'DisplacedError';
}
