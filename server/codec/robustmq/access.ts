/** Who may do what. */
import { bool, choice, option, string, struct, u64 } from '../layout/layout.ts';
import type { Infer } from '../layout/layout.ts';

export const SecurityUser = struct('SecurityUser', {
  tenant: string,
  username: string,
  password: string,
  salt: option(string),
  is_superuser: bool,
  create_time: u64,
});
export type SecurityUser = Infer<typeof SecurityUser>;

const EnumAclResourceType = choice('EnumAclResourceType', 'ClientId', 'User');

const EnumAclAction = choice(
  'EnumAclAction',
  'All',
  'Subscribe',
  'Publish',
  'PubSub',
  'Retain',
  'Qos',
);

const EnumAclPermission = choice('EnumAclPermission', 'Allow', 'Deny');

export const SecurityAcl = struct('SecurityAcl', {
  name: string,
  desc: string,
  tenant: string,
  resource_type: EnumAclResourceType,
  resource_name: string,
  topic: string,
  ip: string,
  action: EnumAclAction,
  permission: EnumAclPermission,
});
export type SecurityAcl = Infer<typeof SecurityAcl>;

const EnumBlackListType = choice(
  'EnumBlackListType',
  'ClientId',
  'User',
  'Ip',
  'ClientIdMatch',
  'UserMatch',
  'IPCIDR',
);

export const SecurityBlackList = struct('SecurityBlackList', {
  name: string,
  tenant: string,
  blacklist_type: EnumBlackListType,
  resource_name: string,
  end_time: u64,
  desc: string,
});
export type SecurityBlackList = Infer<typeof SecurityBlackList>;
