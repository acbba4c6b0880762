/** What an MQTT client asks for when it subscribes. */
import { choice } from '../layout/layout.ts';
import type { Infer } from '../layout/layout.ts';

export const QoS = choice('QoS', 'AtMostOnce', 'AtLeastOnce', 'ExactlyOnce');
export type QoS = Infer<typeof QoS>;

export const RetainHandling = choice(
  'RetainHandling',
  'OnEverySubscribe',
  'OnNewSubscribe',
  'Never',
);
export type RetainHandling = Infer<typeof RetainHandling>;
