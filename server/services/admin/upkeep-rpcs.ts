import type {
  AdminServiceServer,
  CompactResponse,
  SetLogLevelResponse,
} from '../../../proto/gen/robustmq/admin/v1/admin.ts';
import { outcomeUnknown } from './admin-error.ts';
import * as fields from './fields.ts';
import type { AdminParts } from './parts.ts';
import { PHASE_PROBLEMS, refused } from './refusals.ts';
import { unary } from './rpc.ts';

const LEVELS: readonly string[] = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'];

/** What concerns this process alone, whoever leads. */
export const createUpkeepRpcs = (
  parts: AdminParts,
): Pick<AdminServiceServer, 'compact' | 'setLogLevel'> => ({
  compact: unary(parts, 'operator', () => compact(parts)),
  setLogLevel: unary(parts, 'operator', ({ level }) => setLogLevel(parts, level)),
});

function compact(parts: AdminParts): Promise<CompactResponse> {
  const { phase, error } = parts.node.status();
  const problem = PHASE_PROBLEMS[phase](error);
  if (problem !== undefined) return Promise.reject(problem);
  return new Promise((resolve, reject) => {
    parts.node.compact((outcome) => {
      switch (outcome.kind) {
        case 'compacted':
          resolve({ firstLogIndex: outcome.first });
          return;
        case 'refused':
          reject(refused(parts, outcome.refusal));
          return;
        case 'unknown':
          reject(outcomeUnknown());
          return;
      }
    });
  });
}

function setLogLevel({ logLevel }: AdminParts, level: string): SetLogLevelResponse {
  if (!LEVELS.includes(level)) throw fields.invalid('level', `one of ${LEVELS.join(', ')}`, level);
  const previous = logLevel.get();
  logLevel.set(level);
  return { previous };
}
