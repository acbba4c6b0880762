/** Nodes that are not heard of any more are given up. */
import { epochOfNode } from '../../state/registry/epoch.ts';
import { nodesById } from '../../state/registry/node.ts';
import { expireNode } from '../../state/registry/registration.ts';
import { propose } from './duty.ts';
import type { Duty } from './duty.ts';
import { createSilence } from './silence.ts';
import type { SilenceOptions } from './silence.ts';

export function createNodeExpiry(options: SilenceOptions): Duty {
  const silence = createSilence(options);
  return {
    look: ({ records, heard, nowMs }) => {
      const lives = new Map(
        nodesById(records).map(({ node_id }) => {
          const epoch = epochOfNode(records, node_id);
          return [`${node_id}@${epoch}`, { node_id, epoch }];
        }),
      );
      const names = new Map([...lives].map(([life, { node_id }]) => [life, String(node_id)]));
      return silence.pass(names, heard.nodes, nowMs).flatMap((life) => {
        const given = lives.get(life);
        // Who has registered anew in the meantime has another epoch.
        return given === undefined ? [] : [propose(life, expireNode, given)];
      });
    },
  };
}
