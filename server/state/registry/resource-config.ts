/** Configurations under a path, of which nothing is read here. */
import { ResourceConfig } from '../../codec/robustmq/resource-config.ts';
import { tell } from '../resources/push.ts';
import { resource } from '../resources/resource.ts';

export const resourceConfig = resource({
  table: 'resourceConfig',
  layout: ResourceConfig,
  key: ['resource'],
  told: tell('ClusterResourceConfig', { deleted: 'nothing' }),
});
