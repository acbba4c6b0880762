/** What is wrong with a payload. */
export type CodecErrorCode =
  /** It ends too early, or says that it is longer than it is. */
  | 'truncated'
  /** Text that is no UTF-8. */
  | 'text'
  /** A flag or a variant that there is not. */
  | 'tag'
  /** A number that does not fit. */
  | 'range'
  /** No JSON, or other JSON than expected. */
  | 'json'
  /** Nobody can read it. */
  | 'unreadable';

/** A payload that is not of its layout, or a value that does not fit it. */
export class CodecError extends Error {
  override readonly name = 'CodecError';
  readonly code: CodecErrorCode;
  /** Where: `MqttSubscribe.filter.qos`, `EngineSegment.replicas[2].fold`. */
  path = '';
  readonly #problem: string;

  constructor(code: CodecErrorCode, problem: string, options?: ErrorOptions) {
    super(problem, options);
    this.code = code;
    this.#problem = problem;
  }

  /** Says what it happened in; to be called from the inside out. */
  within(segment: string): this {
    this.path = segment + this.path;
    this.message = `${this.path}: ${this.#problem}`;
    return this;
  }
}

const EXCERPT_UNITS = 40;

/** Text of a payload as an error shows it: it can be of any length. */
export const excerpt = (text: string): string =>
  text.length > EXCERPT_UNITS ? `${text.slice(0, EXCERPT_UNITS)}…` : text;

/** The error that leaves a part of a payload; what is no fault of the payload stays as it is. */
export const within = (error: unknown, segment: string): unknown =>
  error instanceof CodecError ? error.within(segment) : error;
