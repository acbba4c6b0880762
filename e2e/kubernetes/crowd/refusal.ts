import { status as codes } from '@grpc/grpc-js';

/** What a member answers when it does nothing: a status of gRPC, and why. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly code: codes;

  constructor(code: 'FAILED_PRECONDITION' | 'ABORTED', message: string) {
    super(message);
    this.code = codes[code];
  }
}
