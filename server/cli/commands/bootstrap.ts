/** `bootstrap`: a new cluster. */
import { AdminServiceService as Admin } from '../../../proto/gen/robustmq/admin/v1/admin.ts';
import { CliError } from '../cli-error.ts';
import type { ClientCommand } from '../command.ts';
import { call } from '../routing.ts';

export const bootstrapCommand: ClientCommand = {
  name: 'bootstrap',
  about: 'Makes a process with an empty directory the first voter of a new cluster.',
  examples: ['bootstrap --endpoints meta-0:1230'],
  run: async ({ admin }) => {
    const [endpoint, ...others] = admin.endpoints;
    if (endpoint === undefined || others.length > 0) {
      throw new CliError(
        'usage',
        'Name one endpoint alone: with several, two clusters could come of it. The others are added with `robustmq-meta member add`.',
      );
    }
    // Never another member, whoever that one names: it would not be the one that was meant.
    const route = { ...admin, elsewhere: () => undefined };
    const action = { what: `make a cluster of ${endpoint}`, mutates: true };
    const { response } = await call(route, action, Admin.bootstrap, {
      clusterId: '',
      directory: '',
    });
    const { clusterId, memberId } = response;
    return {
      json: { cluster_id: clusterId, member_id: memberId },
      text: `${endpoint} is member ${memberId} of cluster ${clusterId}, its first voter.`,
    };
  },
};
