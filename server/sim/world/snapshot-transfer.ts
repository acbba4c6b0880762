/**
 * A snapshot on its way: the sender pushes chunk after chunk, the receiver takes them when it likes.
 * A lost message, or the end of either process, breaks the connection; what was sent before still
 * arrives. A sender that waits too long for the answer gives up, while the receiver may go on. And
 * what has arrived once may, like every message, arrive again.
 */
import type { Done, Outcome } from '../../ports/outcome.ts';
import { StorageError } from '../../ports/outcome.ts';
import type { SnapshotSource } from '../../ports/snapshot-source.ts';
import type { Envelope } from '../../ports/transport.ts';
import { schedule } from './event-queue.ts';
import type { Task } from './event-queue.ts';
import type { Host, Process } from './host.ts';
import { arrivals } from './links.ts';
import { createPrng } from '../prng.ts';
import { after, deliver, hostOf, note } from './world.ts';
import type { World } from './world.ts';

/** How long until the other end notices that a message was lost. */
const BROKEN_AFTER_MS = 400;

type Chunk = Outcome<Uint8Array | undefined>;

interface Transfer {
  readonly world: World;
  readonly sender: Process;
  readonly to: Host;
  readonly body: SnapshotSource;
  /** All chunks are on their way. */
  sent: boolean;
  /** The sender has been told how it ended. */
  ended: boolean;
  /** When the last of what was sent so far arrives: whatever links do, a stream stays in order. */
  lastUs: number;
  /** A message was lost, so none sent later arrives. */
  cut: boolean;
  /** … and both ends have noticed. */
  broken: boolean;
  /** Everything that has arrived, and how much of it was taken. */
  readonly arrived: Chunk[];
  /** What the receiver waits with. */
  waiting: ((chunk: Chunk) => void) | undefined;
  readonly done: (delivered: boolean) => void;
}

/** See `Transport.sendSnapshot`. */
export function sendSnapshot(
  world: World,
  sender: Process,
  envelope: Envelope,
  body: SnapshotSource,
  done: (delivered: boolean) => void,
): void {
  const to = hostOf(world, envelope.directory);
  if (to === undefined) {
    after(world, 0, () => {
      deliver(world, sender, () => {
        body.close();
        done(false);
      });
    });
    return;
  }
  const transfer: Transfer = {
    world,
    sender,
    to,
    body,
    sent: false,
    ended: false,
    lastUs: 0,
    cut: false,
    broken: false,
    arrived: [],
    waiting: undefined,
    done,
  };
  note(world, sender.actor.directory, () => `snapshot to ${envelope.directory} begins`);
  sender.mourners.add(() => {
    breakOff(transfer);
  });
  const { seed } = world.plan;
  const name = `snapshot ${sender.actor.directory} ${envelope.directory} ${world.queue.nowUs}`;
  const prng = createPrng(seed, name);
  after(world, prng.spread(100, 20_000), () => {
    end(transfer, false);
    if (!transfer.sent) breakOff(transfer);
  });
  if (prng.chance(0.1)) {
    after(world, prng.spread(100, 5_000), () => {
      const whole = transfer.arrived.some((chunk) => chunk.ok && chunk.value === undefined);
      if (whole) repeat(transfer, envelope);
    });
  }
  travel(transfer, sender.host, to, () => {
    receive(transfer, envelope);
  });
  pump(transfer);
}

function receive(transfer: Transfer, envelope: Envelope): void {
  const { world, to, sender } = transfer;
  const receiver = to.process;
  if (receiver === undefined) {
    breakOff(transfer);
    return;
  }
  receiver.mourners.add(() => {
    breakOff(transfer);
  });
  deliver(world, receiver, () => {
    receiver.node.receiveSnapshot(envelope, createRemoteSource(transfer, receiver), (accepted) => {
      note(world, receiver.actor.directory, () => `snapshot ${accepted ? 'taken' : 'refused'}`);
      if (!receiver.alive) return;
      travel(transfer, to, sender.host, () => {
        end(transfer, accepted);
      });
    });
  });
}

/** Sends what is left of the body. */
function pump(transfer: Transfer): void {
  const { world, sender, to, body } = transfer;
  deliver(world, sender, () => {
    if (transfer.ended || transfer.broken) return;
    body.next((chunk) => {
      travel(transfer, sender.host, to, () => {
        arrive(transfer, chunk);
      });
      if (chunk.ok && chunk.value !== undefined) pump(transfer);
      else transfer.sent = true;
    });
  });
}

function arrive(transfer: Transfer, chunk: Chunk): void {
  const { waiting } = transfer;
  transfer.waiting = undefined;
  transfer.arrived.push(chunk);
  waiting?.(chunk);
}

/** What the receiver pulls: what has arrived, and what may still. */
function createRemoteSource(transfer: Transfer, receiver: Process): SnapshotSource {
  const { world, body, arrived } = transfer;
  let taken = 0;
  let closed = false;
  return {
    position: body.position,
    next: (done: Done<Uint8Array | undefined>) => {
      const take = (chunk: Chunk): void => {
        taken += 1;
        deliver(world, receiver, () => {
          if (!closed) done(chunk);
        });
      };
      const chunk = arrived[taken] ?? (transfer.broken ? CONNECTION_LOST : undefined);
      if (chunk === undefined) {
        transfer.waiting = take;
        return;
      }
      after(world, 0, () => {
        take(chunk);
      });
    },
    close: () => {
      closed = true;
    },
  };
}

/** Lets a snapshot that came whole come again. */
function repeat(transfer: Transfer, envelope: Envelope): void {
  const { world, to } = transfer;
  const { fault } = world.coverage;
  const receiver = to.process;
  if (receiver === undefined || world.healed) return;
  fault.snapshotRepeated += 1;
  note(world, receiver.actor.directory, () => 'snapshot arrives again');
  deliver(world, receiver, () => {
    receiver.node.receiveSnapshot(
      envelope,
      createRemoteSource(transfer, receiver),
      () => undefined,
    );
  });
}

const CONNECTION_LOST: Chunk = {
  ok: false,
  error: new StorageError('failed', 'connection lost'),
};

/** Does `task` when a message from one host has reached the other; breaks off if it never does. */
function travel(transfer: Transfer, from: Host, to: Host, task: Task): void {
  const { world } = transfer;
  if (transfer.cut || transfer.broken) return;
  const { nowUs } = world.queue;
  const [atUs] = arrivals(world.links, from.slot, to.slot, nowUs);
  if (atUs === undefined) {
    transfer.cut = true;
    after(world, BROKEN_AFTER_MS, () => {
      breakOff(transfer);
    });
    return;
  }
  // Even if it breaks meanwhile: what is on its way arrives.
  transfer.lastUs = Math.max(transfer.lastUs, atUs);
  schedule(world.queue, transfer.lastUs - nowUs, task);
}

function breakOff(transfer: Transfer): void {
  if (transfer.broken) return;
  transfer.broken = true;
  if (!transfer.ended) transfer.world.coverage.fault.snapshotBroken += 1;
  // Later, in an event of its own: nobody is answered before the call that asks has returned.
  after(transfer.world, 0, () => {
    end(transfer, false);
    const { waiting } = transfer;
    transfer.waiting = undefined;
    waiting?.(CONNECTION_LOST);
  });
}

function end(transfer: Transfer, delivered: boolean): void {
  if (transfer.ended) return;
  transfer.ended = true;
  const { world, sender, body, done } = transfer;
  note(world, sender.actor.directory, () => `snapshot ${delivered ? 'delivered' : 'given up'}`);
  deliver(world, sender, () => {
    body.close();
    done(delivered);
  });
}
