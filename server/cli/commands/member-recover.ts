/** `member recover`: the quorum is lost for good, and a process that is left goes on alone. */
import { askEndpoints, recoverEndpoint } from '../candidates/endpoint.ts';
import { consentOption, incidentOption } from '../candidates/options.ts';
import { makeSingleVoter } from '../candidates/single-voter.ts';
import type { Reach } from '../candidates/single-voter.ts';
import type { ClientCommand } from '../command.ts';

export const memberRecover: ClientCommand = {
  name: 'recover',
  about:
    'When the quorum is lost for good: makes the endpoint whose log is furthest the first member of a new cluster. `robustmq-meta recover` looks at directories without a process as well.',
  options: [incidentOption().makeOptionMandatory(), consentOption()],
  examples: [
    'member recover --incident "fire in hall 2" --endpoints meta-1:1230,meta-2:1230',
    'member recover --incident "fire in hall 2" --endpoints meta-1:1230,meta-2:1230 --yes-make-new-cluster 2@7/1041',
  ],
  run: (session, _args, { incident = '', yesMakeNewCluster }) => {
    const { admin } = session;
    const reach: Reach = {
      look: () => askEndpoints(admin),
      recover: (best) => recoverEndpoint(admin, best, incident),
    };
    return makeSingleVoter(session, reach, yesMakeNewCluster);
  },
};
