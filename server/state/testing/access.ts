/** Users of tenant `t`, and what they may do, for tests. */
import type { SecurityAcl, SecurityUser } from '../../codec/robustmq/access.ts';

export const userNamed = (username: string, change: Partial<SecurityUser> = {}): SecurityUser => ({
  tenant: 't',
  username,
  password: 'p',
  salt: undefined,
  is_superuser: false,
  create_time: 1n,
  ...change,
});

export const aclNamed = (name: string, desc = ''): SecurityAcl => ({
  name,
  desc,
  tenant: 't',
  resource_type: 'User',
  resource_name: 'u',
  topic: '#',
  ip: '*',
  action: 'All',
  permission: 'Allow',
});
