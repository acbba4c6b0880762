/** One field of a header block. Names are lower case; pseudo-headers begin with a colon. */
export interface HeaderField {
  readonly name: string;
  readonly value: string;
}
