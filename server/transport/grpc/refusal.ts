import { Metadata } from '@grpc/grpc-js';
import type { ServiceError, status } from '@grpc/grpc-js';

/** A call that is not served, with the status that its caller gets. */
export class Refusal extends Error implements ServiceError {
  override readonly name = 'Refusal';
  readonly code: status;
  readonly details: string;
  readonly metadata = new Metadata();

  constructor(code: status, details: string) {
    super(details);
    this.code = code;
    this.details = details;
  }
}
