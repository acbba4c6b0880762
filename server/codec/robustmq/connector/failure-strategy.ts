/** What happens to messages that the other system does not take. */
import { string, struct, u32, u64, union, unit } from '../../layout/layout.ts';
import type { Infer } from '../../layout/layout.ts';

const DiscardAfterRetryStrategy = struct('DiscardAfterRetryStrategy', {
  retry_total_times: u32,
  wait_time_ms: u64,
});

const DeadMessageQueueStrategy = struct('DeadMessageQueueStrategy', {
  tenant: string,
  topic_name: string,
  retry_total_times: u32,
  wait_time_ms: u64,
});

export const FailureHandlingStrategy = union('FailureHandlingStrategy', {
  Discard: unit,
  DiscardAfterRetry: DiscardAfterRetryStrategy,
  DeadMessageQueue: DeadMessageQueueStrategy,
});
export type FailureHandlingStrategy = Infer<typeof FailureHandlingStrategy>;
