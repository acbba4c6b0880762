/** The transport of one simulated process: best effort over the links between hosts. */
import type { Envelope, Transport } from '../../ports/transport.ts';
import { describeMessage } from '../run/describe.ts';
import { schedule } from './event-queue.ts';
import type { Process } from './host.ts';
import { arrivals } from './links.ts';
import { countCall } from './port-calls.ts';
import { sendSnapshot } from './snapshot-transfer.ts';
import { deliver, hostOf, note } from './world.ts';
import type { World } from './world.ts';

/** What a process sends by: over the links of the world, and as far as its calls go before a crash. */
export const createTransport = (world: World, process: Process): Transport => ({
  send: (envelope) => {
    if (countCall(process)) send(world, process, envelope);
  },
  sendSnapshot: (envelope, body, done) => {
    if (!countCall(process)) return;
    world.coverage.message[envelope.message.kind] += 1;
    sendSnapshot(world, process, envelope, body, done);
  },
});

function send(world: World, from: Process, envelope: Envelope): void {
  const { message } = envelope;
  world.coverage.message[message.kind] += 1;
  const to = hostOf(world, envelope.directory);
  if (to === undefined) return;
  const { nowUs } = world.queue;
  const times = arrivals(world.links, from.host.slot, to.slot, nowUs);
  if (times.length === 0) {
    note(world, from.actor.directory, () => `lost ${describeMessage(message)}`);
  }
  for (const atUs of times) {
    schedule(world.queue, atUs - nowUs, () => {
      // To whatever runs there by then: addresses are not identity.
      const receiver = to.process;
      if (receiver === undefined) return;
      deliver(world, receiver, () => {
        receiver.node.receive(envelope);
      });
    });
  }
}
