/** Calls of the key-value API, which answers as RobustMQ does. */
import type { ServiceError } from '@grpc/grpc-js';
import type { Elsewhere } from './routing.ts';

/** Rows of user keys in the replicated state begin so. */
export const KV_ROW_PREFIX = 'k/';

/** Texts by which clients of RobustMQ tell that another member has to be asked. */
const REDIRECT = 'forward request to';
const NOT_LEADER = 'meta-service node is not currently the raft leader';
const HOST_PORT = /^(\[[0-9a-fA-F:.]+\]|[a-zA-Z0-9.-]+):[0-9]{1,5}$/;

/** Who else to ask after a refusal of the key-value API. */
export function kvElsewhere({ details }: ServiceError): Elsewhere | undefined {
  if (details.includes(REDIRECT)) {
    const [, found = ''] = /rpc_addr: ([^}]*)/.exec(details) ?? [];
    const address = found.replaceAll(/[\\" ]/g, '');
    return HOST_PORT.test(address) ? { kind: 'leader', address } : { kind: 'another' };
  }
  return details.includes(NOT_LEADER) ? { kind: 'another' } : undefined;
}
