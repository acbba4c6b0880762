/** Users of brokers, and what they may do. */
import { SecurityAcl, SecurityBlackList, SecurityUser } from '../../codec/robustmq/access.ts';
import { tell } from '../resources/push.ts';
import { resource } from '../resources/resource.ts';

export const user = resource({
  table: 'user',
  layout: SecurityUser,
  key: ['tenant', 'username'],
  told: tell('User'),
  listed: 'whole',
  exists: 'userExists',
  missing: 'userMissing',
});

export const acl = resource({
  table: 'acl',
  layout: SecurityAcl,
  wire: 'json',
  key: ['tenant', 'name'],
  told: tell('Acl'),
  listed: 'whole',
});

export const blacklist = resource({
  table: 'blacklist',
  layout: SecurityBlackList,
  wire: 'json',
  key: ['tenant', 'name'],
  told: tell('Blacklist'),
  listed: 'whole',
});
