/** Tenants: what everything else belongs to. Deleting one leaves what belongs to it. */
import { option, string, struct } from '../../codec/layout/layout.ts';
import { Tenant, TenantConfig } from '../../codec/robustmq/tenant.ts';
import { plainOperation } from '../resources/operation.ts';
import { tell } from '../resources/push.ts';
import { refuse } from '../resources/refusal.ts';
import { resource } from '../resources/resource.ts';

export const tenant = resource({
  table: 'tenant',
  layout: Tenant,
  key: ['tenant_name'],
  told: tell('Tenant'),
  exists: 'tenantExists',
});

const TenantUpdate = struct('TenantUpdate', {
  tenant_name: string,
  desc: string,
  /** None: it stays. */
  config: option(TenantConfig),
});

export const updateTenant = plainOperation({
  name: 'tenant.update',
  does: 'changes the description of a tenant, and its limits if any are given',
  changes: [tenant],
  tells: ['Tenant/Update'],
  args: TenantUpdate,
  apply: (records, { tenant_name, desc, config }) => {
    const before = records.get(tenant, [tenant_name]);
    if (before === undefined) return refuse('tenantMissing', tenant_name);
    records.put(tenant, { ...before, desc, config: config ?? before.config }, 'Update');
    return undefined;
  },
});
