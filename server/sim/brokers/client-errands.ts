/** What a simulated broker has the cluster do for its MQTT clients. */
import type { MqttSession } from '../../codec/robustmq/session.ts';
import { putSessions, removeSessions } from '../../state/registry/session.ts';
import type { ErrandsOf } from './errands.ts';
import { TENANT } from './options.ts';

/** So that what is kept for brokers stays small. */
const CLIENTS_MAX = 3;

const nothing = (): void => undefined;

/** A client connects, if few have. */
export function connect(of: ErrandsOf): void {
  const { cluster, id, startS, clients, newName } = of;
  if (clients.length >= CLIENTS_MAX) return;
  const client = newName('c');
  clients.push(client);
  const connection = {
    connection_id: 1n,
    broker_id: BigInt(id),
    reconnect_time: startS,
  };
  cluster.change(putSessions, [{ ...sessionOf(of, client), ...connection }], nothing);
}

/** The client that came first is lost, or leaves for good. */
export function disconnect(of: ErrandsOf): void {
  const { cluster, prng, clients } = of;
  const client = clients.shift();
  if (client === undefined) return;
  if (prng.chance(0.2)) cluster.change(removeSessions, [[TENANT, client]], nothing);
  else cluster.change(putSessions, [{ ...sessionOf(of, client), distinct_time: 1n }], nothing);
}

const sessionOf = ({ prng, startS }: ErrandsOf, client_id: string): MqttSession => ({
  tenant: TENANT,
  client_id,
  session_expiry_interval: BigInt(prng.between(1, 6)),
  is_contain_last_will: prng.chance(0.7),
  last_will_delay_interval: BigInt(prng.between(0, 4)),
  create_time: startS,
  is_persist_session: false,
  connection_id: undefined,
  broker_id: undefined,
  reconnect_time: undefined,
  distinct_time: undefined,
});
