/**
 * A snapshot on its way: the receiver pulls chunk after chunk from the sender, each over the links
 * in both directions. It breaks when either process ends or a message is lost.
 */
import type { Done } from '../ports/outcome.ts';
import { StorageError } from '../ports/outcome.ts';
import type { SnapshotSource } from '../ports/snapshot-source.ts';
import type { Envelope } from '../ports/transport.ts';
import { schedule } from './event-queue.ts';
import type { Task } from './event-queue.ts';
import type { Process } from './host.ts';
import { arrivals } from './links.ts';
import { after, deliver, hostOf, note } from './world.ts';
import type { World } from './world.ts';

/** How long until a lost message is noticed. */
const BROKEN_AFTER_MS = 400;

interface Transfer {
  readonly world: World;
  readonly sender: Process;
  readonly body: SnapshotSource;
  receiver: Process | undefined;
  /** What the receiver waits for. */
  waiting: Done<Uint8Array | undefined> | undefined;
  over: boolean;
  broken: boolean;
  /** Tells the sender how it ended. */
  readonly finish: (delivered: boolean) => void;
}

/** See `Transport.sendSnapshot`. */
export function sendSnapshot(
  world: World,
  sender: Process,
  envelope: Envelope,
  body: SnapshotSource,
  done: (delivered: boolean) => void,
): void {
  const transfer: Transfer = {
    world,
    sender,
    body,
    receiver: undefined,
    waiting: undefined,
    over: false,
    broken: false,
    finish: (delivered) => {
      deliver(world, sender, () => {
        body.close();
        done(delivered);
      });
    },
  };
  sender.mourners.add(() => {
    breakOff(transfer);
  });
  const host = hostOf(world, envelope.directory);
  if (host === undefined) {
    breakOff(transfer);
    return;
  }
  note(world, sender.actor.directory, () => `snapshot to ${envelope.directory} begins`);
  travel(transfer, sender.host.slot, host.slot, () => {
    const receiver = host.process;
    if (receiver === undefined) {
      breakOff(transfer);
      return;
    }
    transfer.receiver = receiver;
    receiver.mourners.add(() => {
      breakOff(transfer);
    });
    deliver(world, receiver, () => {
      receiver.node.receiveSnapshot(
        envelope,
        createRemoteSource(transfer, receiver),
        (accepted) => {
          answer(transfer, receiver, accepted);
        },
      );
    });
  });
}

function createRemoteSource(transfer: Transfer, receiver: Process): SnapshotSource {
  const { world, sender, body } = transfer;
  let closed = false;
  return {
    position: body.position,
    next: (done) => {
      const respond: Done<Uint8Array | undefined> = (outcome) => {
        transfer.waiting = undefined;
        deliver(world, receiver, () => {
          if (!closed) done(outcome);
        });
      };
      transfer.waiting = respond;
      if (transfer.broken) {
        after(world, 0, () => {
          respond({ ok: false, error: new StorageError('failed', 'connection lost') });
        });
        return;
      }
      travel(transfer, receiver.host.slot, sender.host.slot, () => {
        deliver(world, sender, () => {
          body.next((outcome) => {
            travel(transfer, sender.host.slot, receiver.host.slot, () => {
              respond(outcome);
            });
          });
        });
      });
    },
    close: () => {
      closed = true;
    },
  };
}

function answer(transfer: Transfer, receiver: Process, accepted: boolean): void {
  note(
    transfer.world,
    receiver.actor.directory,
    () => `snapshot ${accepted ? 'taken' : 'refused'}`,
  );
  if (!receiver.alive) return;
  travel(transfer, receiver.host.slot, transfer.sender.host.slot, () => {
    transfer.over = true;
    transfer.finish(accepted);
  });
}

/** Does `task` when a message from one host has reached the other; breaks off if it never does. */
function travel(transfer: Transfer, from: number, to: number, task: Task): void {
  const { world } = transfer;
  const { nowUs } = world.queue;
  const [atUs] = arrivals(world.links, from, to, nowUs);
  if (atUs === undefined) {
    after(world, BROKEN_AFTER_MS, () => {
      breakOff(transfer);
    });
    return;
  }
  schedule(world.queue, atUs - nowUs, () => {
    if (!transfer.over) task();
  });
}

function breakOff(transfer: Transfer): void {
  if (transfer.over) return;
  transfer.over = true;
  transfer.broken = true;
  const { world } = transfer;
  world.coverage.fault.snapshotBroken += 1;
  // Later, in an event of its own: nobody is answered before the call that asks has returned.
  after(world, 0, () => {
    transfer.finish(false);
    transfer.waiting?.({ ok: false, error: new StorageError('failed', 'connection lost') });
  });
}
