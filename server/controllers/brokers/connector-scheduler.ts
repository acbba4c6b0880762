/** Connectors run somewhere: those of a broker that is gone, or does not let them be heard, move. */
import { assignConnector, connector, releaseConnector } from '../../state/registry/connector.ts';
import { brokersById, node } from '../../state/registry/node.ts';
import { propose } from './duty.ts';
import type { Duty, Moment, Proposal } from './duty.ts';
import { createSilence } from './silence.ts';
import type { SilenceOptions } from './silence.ts';

export function createConnectorScheduler(options: SilenceOptions): Duty {
  const silence = createSilence(options);
  return {
    look: (moment) => {
      const { records, heard, nowMs } = moment;
      const connectors = [...records.list(connector, [])];
      const lives = new Map(
        connectors
          .filter(({ status }) => status === 'Running')
          .map(({ connector_name, broker_id }) => [
            lifeOf(connector_name, broker_id),
            connector_name,
          ]),
      );
      const silent = new Set(silence.pass(lives, heard.connectors, nowMs));
      return connectors.flatMap(({ connector_name, broker_id, status }): readonly Proposal[] => {
        const place = { connector_name, broker_id };
        switch (status) {
          case 'Stop':
            return [];
          case 'Idle':
            return hasNodes(moment) ? [propose(connector_name, assignConnector, place)] : [];
          case 'Running':
            return isThere(moment, broker_id) && !silent.has(lifeOf(connector_name, broker_id))
              ? []
              : [propose(connector_name, releaseConnector, place)];
        }
      });
    },
  };
}

const lifeOf = (name: string, broker: bigint | undefined): string => `${broker ?? ''}@${name}`;

const isThere = ({ records }: Moment, broker: bigint | undefined): boolean =>
  broker !== undefined && records.get(node, [String(broker)]) !== undefined;

/** Without any there is no end of proposals that change nothing. */
const hasNodes = ({ records }: Moment): boolean => brokersById(records).length > 0;
