/** Sessions of MQTT clients, and what these subscribe to. */
import { MqttSession } from '../../codec/robustmq/session.ts';
import { MqttSubscribe } from '../../codec/robustmq/subscribe.ts';
import { tell } from '../resources/push.ts';
import { cascadeTo, resource } from '../resources/resource.ts';

export const subscribe = resource({
  table: 'subscribe',
  layout: MqttSubscribe,
  key: ['client_id', 'path'],
  told: tell('Subscribe'),
  missing: 'subscribeMissing',
});

export const session = resource({
  table: 'session',
  layout: MqttSession,
  key: ['tenant', 'client_id'],
  told: tell('Session'),
  cascade: cascadeTo(
    subscribe,
    ({ client_id }: MqttSession) => [client_id],
    // Clients of two tenants may have one name, which is all that a subscription is found by.
    (subscription, { tenant }) => subscription.tenant === tenant,
  ),
});
