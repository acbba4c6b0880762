import { status } from '@grpc/grpc-js';
import {
  InstallSnapshotRequest,
  InstallSnapshotResponse,
} from '../../../proto/gen/robustmq/raft/v1/raft.ts';
import type { SnapshotBegin } from '../../../proto/gen/robustmq/raft/v1/raft.ts';
import type { ServedStream, StreamListener } from '../../rpc/stream-handler.ts';
import { readMessage } from './message-codec.ts';
import { Refusal } from './refusal.ts';
import { checkRole, handlerOf, refusalOf, welcome } from './service-ports.ts';
import type { ServicePorts } from './service-ports.ts';
import type { IntakeStream, SnapshotIntake } from './snapshot-intake.ts';
import type { SnapshotIntakes, TransferStart } from './snapshot-intakes.ts';

/** Feeds the chunks of one stream to their intake. `over` once, when the stream has ended. */
export function serveSnapshot(
  ports: ServicePorts,
  intakes: SnapshotIntakes,
  call: ServedStream,
  over: () => void,
): StreamListener {
  let intake: SnapshotIntake | undefined;
  let ended = false;

  function end(): void {
    if (ended) return;
    ended = true;
    over();
    intake?.detach(stream);
  }

  function refuse(error: unknown): void {
    const refusal = refusalOf(error);
    ports.log.refused(call.peer, refusal.message);
    end();
    call.fail(refusal);
  }

  const stream: IntakeStream = {
    next: (value) => respond(call, { $case: 'nextSequence', value }),
    accepted: (value) => {
      respond(call, { $case: 'accepted', value });
      call.end();
    },
    refuse,
    hold: (held) => call.hold(held),
  };

  function message(bytes: Buffer): void {
    if (ended) return;
    try {
      const { kind } = InstallSnapshotRequest.decode(bytes);
      if (intake === undefined) {
        checkRole(call);
        const handler = handlerOf(ports);
        if (kind?.$case !== 'begin') {
          throw new Refusal(status.INVALID_ARGUMENT, 'the first request begins the transfer');
        }
        intake = intakes.begin(handler, startOf(ports, kind.value), stream);
      } else if (kind?.$case === 'chunk') intake.chunk(kind.value);
      else if (kind?.$case === 'end') intake.end(kind.value.chunks, kind.value.failed);
    } catch (error) {
      refuse(error);
    }
  }

  return {
    message,
    ended: () => {
      end();
      call.end();
    },
    cancelled: end,
  };
}

const respond = (call: ServedStream, kind: InstallSnapshotResponse['kind']): void =>
  call.write(InstallSnapshotResponse.encode({ kind }).finish());

/** Throws `Refusal`, and `CodecError`. */
function startOf(ports: ServicePorts, begin: SnapshotBegin): TransferStart {
  const { directory: source } = welcome(ports, begin.greeting);
  const { clusterId: cluster, transferId: transfer, firstSequence } = begin;
  const message = readMessage({ buffer: begin.message, at: 0 }, begin.message.length);
  if (message?.kind !== 'snapshot') {
    throw new Refusal(status.INVALID_ARGUMENT, 'a transfer announces a snapshot');
  }
  const { directory } = ports.self();
  const envelope = { cluster, directory, source, message };
  return { transfer, envelope, position: message.snapshot, firstSequence };
}
