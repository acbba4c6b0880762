import { status } from '@grpc/grpc-js';
import type { Envelope, TransportHandler } from '../../ports/transport.ts';
import type { SnapshotPosition } from '../../raft/snapshot-position.ts';
import type { SnapshotOptions } from './options.ts';
import { Refusal } from './refusal.ts';
import { createSnapshotIntake } from './snapshot-intake.ts';
import type { IntakeStream, SnapshotIntake } from './snapshot-intake.ts';

/** A transfer as its sender begins or resumes it. */
export interface TransferStart {
  readonly transfer: string;
  readonly envelope: Envelope;
  readonly position: SnapshotPosition;
  /** The first chunk its sender still has. */
  readonly firstSequence: number;
}

/** Snapshots on their way in, at most one from each directory. */
export interface SnapshotIntakes {
  /**
   * The intake that `stream` is attached to now. Another transfer of the same sender breaks off
   * first, and its body is let go before the new one is handed over.
   *
   * Throws `Refusal` when it cannot be resumed.
   */
  begin(handler: TransportHandler, start: TransferStart, stream: IntakeStream): SnapshotIntake;
  /** Breaks off all. */
  close(): void;
}

export function createSnapshotIntakes(options: SnapshotOptions): SnapshotIntakes {
  const intakes = new Map<string, SnapshotIntake>();

  function create(handler: TransportHandler, start: TransferStart): SnapshotIntake {
    const { envelope, transfer, position } = start;
    const { source } = envelope;
    const before = intakes.get(source);
    const intake = createSnapshotIntake(transfer, options, () => {
      if (intakes.get(source) === intake) intakes.delete(source);
    });
    before?.abort('a newer snapshot took its place');
    intakes.set(source, intake);
    const present = (): void => {
      handler.receiveSnapshot(envelope, intake.body(position), (accepted) => {
        intake.done(accepted);
      });
    };
    if (before === undefined) present();
    else before.whenTaken(present);
    return intake;
  }

  return {
    begin: (handler, start, stream) => {
      const known = intakes.get(start.envelope.source);
      const resumed = known?.transfer === start.transfer ? known : undefined;
      if (resumed === undefined && start.firstSequence > 0) {
        throw new Refusal(status.ABORTED, 'nothing is left here of the transfer to be resumed');
      }
      const intake = resumed ?? create(handler, start);
      intake.attach(stream);
      return intake;
    },
    close: () => {
      for (const intake of [...intakes.values()]) intake.abort('the receiver is stopping');
    },
  };
}
