/** Mails and agents of mq9. */
import { string, struct, u64 } from '../layout/layout.ts';
import type { Infer } from '../layout/layout.ts';

export const MQ9Mail = struct('MQ9Mail', {
  tenant: string,
  mail_address: string,
  desc: string,
  /** In seconds; 0 is for ever. */
  ttl: u64,
  create_time: u64,
});
export type MQ9Mail = Infer<typeof MQ9Mail>;

export const MQ9Agent = struct('MQ9Agent', {
  tenant: string,
  name: string,
  /** JSON, of which nothing is read here. */
  agent_info: string,
  create_time: u64,
});
export type MQ9Agent = Infer<typeof MQ9Agent>;
