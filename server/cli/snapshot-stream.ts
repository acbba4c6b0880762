/** The backup of a member, as it streams in. */
import { Metadata, status } from '@grpc/grpc-js';
import type { ClientReadableStream, ServiceError } from '@grpc/grpc-js';
import {
  AdminServiceService as Admin,
  SnapshotRequest,
} from '../../proto/gen/robustmq/admin/v1/admin.ts';
import type { SnapshotResponse } from '../../proto/gen/robustmq/admin/v1/admin.ts';
import { answered, connect } from './attempt.ts';
import type { Failure } from './attempt.ts';
import { CliError } from './cli-error.ts';
import { explain } from './explain.ts';
import type { Route } from './routing.ts';

const ACTION = { what: 'save a snapshot', mutates: false };

/**
 * Chunks from the first endpoint that begins to send. Once it has begun, nobody else is asked: two
 * members have not the same bytes. Only the first chunk is bound by the timeout of the route.
 *
 * @throws CliError, also when nothing at all was sent.
 */
export async function* snapshotChunks(
  route: Route,
  interrupt: AbortSignal,
): AsyncGenerator<Uint8Array, void, undefined> {
  const failures: Failure[] = [];
  for (const endpoint of route.endpoints) {
    const client = route.channels.to(endpoint);
    const why = await connect(client, Date.now() + route.timeoutMs);
    if (why !== undefined) {
      failures.push({ kind: 'unreachable', endpoint, why });
      continue;
    }
    let begun = false;
    const stream = client.makeServerStreamRequest(
      Admin.snapshot.path,
      (request: SnapshotRequest) => Admin.snapshot.requestSerialize(request),
      (bytes: Buffer) => Admin.snapshot.responseDeserialize(bytes),
      SnapshotRequest.decode(new Uint8Array()),
      new Metadata(),
    );
    try {
      for await (const chunk of chunksOf(stream, route.timeoutMs, interrupt)) {
        begun = true;
        yield chunk;
      }
      if (begun) return;
      throw new CliError('failed', `${endpoint} sent nothing. No file was written.`);
    } catch (error) {
      if (error instanceof CliError) throw error;
      if (!isServiceError(error)) throw error;
      if (interrupt.aborted) throw new CliError('failed', 'Interrupted. No file was written.');
      if (begun) throw broken(endpoint, error);
      failures.push({ kind: answered(error) ? 'refused' : 'lost', endpoint, error });
    } finally {
      stream.cancel();
    }
  }
  throw explain(ACTION, failures);
}

async function* chunksOf(
  stream: ClientReadableStream<SnapshotResponse>,
  timeoutMs: number,
  interrupt: AbortSignal,
): AsyncGenerator<Uint8Array, void, undefined> {
  const cancel = (): void => stream.cancel();
  const late = setTimeout(cancel, timeoutMs);
  interrupt.addEventListener('abort', cancel);
  try {
    for await (const message of stream as AsyncIterable<SnapshotResponse>) {
      clearTimeout(late);
      yield message.chunk;
    }
  } finally {
    clearTimeout(late);
    interrupt.removeEventListener('abort', cancel);
  }
}

const broken = (endpoint: string, error: ServiceError): CliError =>
  new CliError(
    'failed',
    `The snapshot of ${endpoint} broke off: ${error.details}. No file was written; run the command again, perhaps at another endpoint.`,
    status[error.code],
    error,
  );

const isServiceError = (error: unknown): error is ServiceError =>
  error instanceof Error && 'code' in error && 'metadata' in error;
