import type {
  AdminServiceServer,
  RangeRequest,
  RangeResponse,
  Row,
} from '../../../proto/gen/robustmq/admin/v1/admin.ts';
import type { ReadOutcome } from '../../node/outcome.ts';
import { AdminError } from './admin-error.ts';
import * as fields from './fields.ts';
import type { AdminParts } from './parts.ts';
import { PHASE_PROBLEMS, refused } from './refusals.ts';
import { unary } from './rpc.ts';

const LIMIT = { preset: 1_000, min: 1, max: 10_000 };

/** What gRPC clients take by default is 4 MiB, with everything around the rows. */
const BYTES_MAX = (4 << 20) - 1024;

/** Tags and lengths around a key and a value. */
const ROW_OVERHEAD_BYTES = 24;

/** The replicated state, row by row. */
export const createRangeRpc = (parts: AdminParts): Pick<AdminServiceServer, 'range'> => ({
  range: unary(parts, 'operator', (request) => range(parts, request)),
});

async function range(parts: AdminParts, request: RangeRequest): Promise<RangeResponse> {
  const limit = fields.bounded('limit', request.limit, LIMIT);
  if (!request.stale) return await readConfirmed(parts, request, limit);
  const { phase, error } = parts.node.status();
  const problem = PHASE_PROBLEMS[phase](error);
  if (problem !== undefined) throw problem;
  return pageOf(parts, request, limit);
}

/** Reads within the answer of the barrier: rows that are applied later have no part in it. */
function readConfirmed(
  parts: AdminParts,
  request: RangeRequest,
  limit: number,
): Promise<RangeResponse> {
  return new Promise((resolve) => {
    parts.node.read((outcome) => {
      // What is thrown in a promise of its own reaches the caller, and not the node.
      const page = new Promise<RangeResponse>((answer) => {
        const problem = problemOf(parts, outcome);
        if (problem !== undefined) throw problem;
        answer(pageOf(parts, request, limit));
      });
      resolve(page);
    });
  });
}

function problemOf(parts: AdminParts, outcome: ReadOutcome): AdminError | undefined {
  switch (outcome.kind) {
    case 'ready':
      return undefined;
    case 'refused':
      return refused(parts, outcome.refusal);
    case 'timeout':
      return new AdminError(
        'unavailable',
        'No quorum confirmed this read in time. Try again, or read stale.',
      );
  }
}

function pageOf({ node }: AdminParts, request: RangeRequest, limit: number): RangeResponse {
  const { prefix, after, keysOnly } = request;
  const appliedIndex = node.status().applied;
  const rows: Row[] = [];
  let bytes = 0;
  for (const [key, stored] of node.range(prefix, after === '' ? undefined : after)) {
    const value = keysOnly ? Buffer.alloc(0) : Buffer.from(stored);
    bytes += Buffer.byteLength(key) + value.length + ROW_OVERHEAD_BYTES;
    if (rows.length === limit || (rows.length > 0 && bytes > BYTES_MAX)) {
      return { rows, more: true, appliedIndex };
    }
    if (bytes > BYTES_MAX) throw tooLarge(key, value.length);
    rows.push({ key, value });
  }
  return { rows, more: false, appliedIndex };
}

const tooLarge = (key: string, bytes: number): AdminError =>
  new AdminError(
    'resourceExhausted',
    `Row ${JSON.stringify(key)} of ${bytes} bytes fits into no reply. Read it with keys_only, or what is after it.`,
  );
