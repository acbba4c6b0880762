/** The provisioner of volumes, as a program of the cluster. */
import { join } from 'node:path';
import { kubeconfigOf } from './credentials.ts';
import type { ClusterPlan } from './plan.ts';
import type { Service } from './service.ts';

export const provisionerService = (plan: ClusterPlan): Service => ({
  name: 'provisioner',
  bin: process.execPath,
  args: [
    join(import.meta.dirname, '..', 'storage', 'main.ts'),
    kubeconfigOf(plan, 'admin'),
    join(plan.run.directory, 'volumes'),
  ],
});
