/**
 * One snapshot on its way out. It survives breaks of its stream: the receiver says which chunk it
 * needs next, and everything that it has not acknowledged is still here.
 */
import { randomUUID } from 'node:crypto';
import { status } from '@grpc/grpc-js';
import {
  InstallSnapshotRequest,
  PeerServiceService,
} from '../../../proto/gen/robustmq/raft/v1/raft.ts';
import type { InstallSnapshotResponse } from '../../../proto/gen/robustmq/raft/v1/raft.ts';
import type { Outcome } from '../../ports/outcome.ts';
import type { SnapshotSource } from '../../ports/snapshot-source.ts';
import type { Envelope } from '../../ports/transport.ts';
import type { CallEnd } from '../../rpc/call-end.ts';
import type { OutgoingCall } from '../../rpc/outgoing-call.ts';
import { createBackoff } from './backoff.ts';
import type { Backoff } from './backoff.ts';
import { greetingOf } from './greeting.ts';
import { messageBytesMax, writeMessage } from './message-codec.ts';
import { isRefusedCall, openPeerCall } from './peer-call.ts';
import type { LinkPorts } from './peer-link.ts';
import { createRateLimit } from './rate-limit.ts';
import type { RateLimit } from './rate-limit.ts';
import { createUploadWindow } from './upload-window.ts';
import type { UploadWindow } from './upload-window.ts';
import { createWireWriter, written } from './wire-writer.ts';

/** A snapshot on its way out. */
export interface SnapshotUpload {
  /** Gives it up. */
  cancel(): void;
}

interface Upload {
  readonly ports: LinkPorts;
  readonly envelope: Envelope;
  readonly body: SnapshotSource;
  readonly done: (delivered: boolean) => void;
  readonly transfer: string;
  readonly window: UploadWindow;
  readonly rate: RateLimit;
  readonly backoff: Backoff;
  call: OutgoingCall | undefined;
  /** The receiver has said where to go on. */
  attached: boolean;
  /** A chunk is being read, or a pause keeps the rate: `undefined` for neither. */
  busy: 'reading' | NodeJS.Timeout | undefined;
  /** How the body ended. */
  end: 'open' | 'whole' | 'failed';
  resumes: number;
  resumeTimer: NodeJS.Timeout | undefined;
  stallTimer: NodeJS.Timeout | undefined;
  finished: boolean;
}

/**
 * Sends `body` to the directory of `envelope`.
 *
 * @param done once, after this has returned; `body` is closed by then.
 */
export function createSnapshotUpload(
  ports: LinkPorts,
  envelope: Envelope,
  body: SnapshotSource,
  done: (delivered: boolean) => void,
): SnapshotUpload {
  const { backoffMinMs, backoffMaxMs, snapshot } = ports.options;
  const upload: Upload = {
    ports,
    envelope,
    body,
    done,
    transfer: randomUUID(),
    window: createUploadWindow(),
    rate: createRateLimit(snapshot.bytesPerSecond),
    backoff: createBackoff(backoffMinMs, backoffMaxMs, ports.random),
    call: undefined,
    attached: false,
    busy: undefined,
    end: 'open',
    resumes: 0,
    resumeTimer: undefined,
    stallTimer: undefined,
    finished: false,
  };
  progress(upload);
  connect(upload);
  return { cancel: () => finish(upload, false) };
}

function finish(upload: Upload, delivered: boolean): void {
  if (upload.finished) return;
  upload.finished = true;
  clearTimeout(upload.stallTimer);
  clearTimeout(upload.resumeTimer);
  if (upload.busy !== 'reading') clearTimeout(upload.busy);
  upload.call?.close();
  upload.body.close();
  setImmediate(() => upload.done(delivered));
}

/** Something moved: the time to give up begins anew. */
function progress(upload: Upload): void {
  clearTimeout(upload.stallTimer);
  const { stallMs } = upload.ports.options.snapshot;
  upload.stallTimer = setTimeout(() => finish(upload, false), stallMs);
}

function connect(upload: Upload): void {
  const { ports, envelope, window, transfer } = upload;
  const address = ports.book.find(envelope.directory)?.peerAddress ?? '';
  if (address === '') {
    finish(upload, false);
    return;
  }
  upload.call = openPeerCall(ports, PeerServiceService.installSnapshot, address, {
    response: (response) => onResponse(upload, response),
    drained: () => undefined,
    ended: (end) => onEnded(upload, end),
  });
  const writer = createWireWriter(messageBytesMax(envelope.message));
  writeMessage(writer, envelope.message);
  const value = {
    greeting: greetingOf(ports, envelope.directory),
    transferId: transfer,
    clusterId: envelope.cluster,
    message: written(writer),
    firstSequence: window.first(),
  };
  send(upload, { $case: 'begin', value });
}

function onEnded(upload: Upload, end: CallEnd): void {
  const { ports, envelope, backoff } = upload;
  upload.attached = false;
  const text = `a snapshot broke off: ${end.details} (status ${end.code})`;
  const peer = { directory: envelope.directory, member: envelope.message.to, address: '' };
  ports.log.disconnected(peer, text);
  upload.resumes += 1;
  // A stream that ends well ends with an answer, so OK without one is a receiver that stops.
  const hopeless = isRefusedCall(end) || end.code === status.OK;
  if (hopeless || upload.resumes > ports.options.snapshot.resumesMax) finish(upload, false);
  else upload.resumeTimer = setTimeout(() => connect(upload), backoff.nextMs());
}

function onResponse(upload: Upload, { kind }: InstallSnapshotResponse): void {
  if (kind === undefined) return;
  if (kind.$case === 'accepted') {
    finish(upload, kind.value);
    return;
  }
  const { window } = upload;
  const before = window.first();
  if (!window.acknowledge(kind.value)) {
    finish(upload, false);
    return;
  }
  if (window.first() > before) {
    progress(upload);
    upload.resumes = 0;
    upload.backoff.reset();
  }
  if (!upload.attached) {
    upload.attached = true;
    for (const value of window.chunks()) send(upload, { $case: 'chunk', value });
    sendEnd(upload);
  }
  pump(upload);
}

/** Reads on while the receiver keeps up and the rate allows. */
function pump(upload: Upload): void {
  const { body, window, attached, end, busy, finished } = upload;
  const { windowBytes } = upload.ports.options.snapshot;
  if (finished || !attached || end !== 'open' || busy !== undefined) return;
  if (window.bytes() >= windowBytes) return;
  upload.busy = 'reading';
  body.next((outcome) => onRead(upload, outcome));
}

function onRead(upload: Upload, outcome: Outcome<Uint8Array | undefined>): void {
  upload.busy = undefined;
  if (upload.finished) return;
  progress(upload);
  if (!outcome.ok || outcome.value === undefined) {
    upload.end = outcome.ok ? 'whole' : 'failed';
    if (upload.attached) sendEnd(upload);
    return;
  }
  const value = upload.window.add(outcome.value);
  // While the stream is broken the chunk waits, and goes with the others when it is resumed.
  if (upload.attached) send(upload, { $case: 'chunk', value });
  const pauseMs = upload.rate.pauseMs(value.data.length, upload.ports.clock.nowMs());
  if (pauseMs === 0) {
    pump(upload);
    return;
  }
  upload.busy = setTimeout(() => {
    upload.busy = undefined;
    pump(upload);
  }, pauseMs);
}

function sendEnd(upload: Upload): void {
  const { end, window } = upload;
  if (end === 'open') return;
  const value = { chunks: window.count(), failed: end === 'failed' };
  send(upload, { $case: 'end', value });
}

const send = ({ call }: Upload, kind: InstallSnapshotRequest['kind']): void =>
  call?.write(InstallSnapshotRequest.encode({ kind }).finish());
