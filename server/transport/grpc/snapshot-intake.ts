import { crc32 } from 'node:zlib';
import { status } from '@grpc/grpc-js';
import { StorageError } from '../../ports/outcome.ts';
import type { Done } from '../../ports/outcome.ts';
import type { SnapshotSource } from '../../ports/snapshot-source.ts';
import type { SnapshotPosition } from '../../raft/snapshot-position.ts';
import type { SnapshotChunk } from '../../../proto/gen/robustmq/raft/v1/raft.ts';
import type { SnapshotOptions } from './options.ts';
import { Refusal } from './refusal.ts';

/** The stream a transfer comes on, until it breaks. */
export interface IntakeStream {
  /** Chunks before this one are here. */
  next(sequence: number): void;
  accepted(accepted: boolean): void;
  refuse(refusal: Refusal): void;
  /** The taker is behind (true), or wants more again. */
  hold(held: boolean): void;
}

/** One snapshot on its way in: what came and is not taken yet. It survives breaks of its stream. */
export interface SnapshotIntake {
  readonly transfer: string;
  /** Goes on with `stream`, in place of any other. */
  attach(stream: IntakeStream): void;
  /** Throws `Refusal` when the chunk is damaged or is not the next. */
  chunk(chunk: SnapshotChunk): void;
  /** Throws `Refusal` when chunks are missing. */
  end(chunks: number, failed: boolean): void;
  /** `stream` broke: its sender has a while to come back. */
  detach(stream: IntakeStream): void;
  /** The body breaks off for good. */
  abort(reason: string): void;
  /** Calls back once nobody takes from the body any more; at once if that is so. */
  whenTaken(then: () => void): void;
}

interface Intake {
  readonly options: SnapshotOptions;
  readonly over: () => void;
  readonly chunks: Uint8Array[];
  stream: IntakeStream | undefined;
  resumeTimer: NodeJS.Timeout | undefined;
  /** The sequence of the next chunk to come, and of the next to be taken. */
  expected: number;
  taken: number;
  bytes: number;
  waiting: Done<Uint8Array | undefined> | undefined;
  end: 'open' | 'whole' | StorageError;
  closed: boolean;
  result: boolean | undefined;
  then: () => void;
}

/**
 * Presents a transfer as a body.
 *
 * @param present hands the body to whoever takes it; `done` as in `TransportHandler`.
 * @param over nothing will come of it any more.
 */
export function createSnapshotIntake(
  transfer: string,
  options: SnapshotOptions,
  over: () => void,
): SnapshotIntake & {
  body(position: SnapshotPosition): SnapshotSource;
  done(accepted: boolean): void;
} {
  const intake: Intake = {
    options,
    over,
    chunks: [],
    stream: undefined,
    resumeTimer: undefined,
    expected: 0,
    taken: 0,
    bytes: 0,
    waiting: undefined,
    end: 'open',
    closed: false,
    result: undefined,
    then: () => undefined,
  };
  return {
    transfer,
    body: (position) => bodyOf(intake, position),
    done: (accepted) => answer(intake, accepted),
    attach: (stream) => attach(intake, stream),
    chunk: (chunk) => add(intake, chunk),
    end: (chunks, failed) => {
      if (chunks !== intake.expected) throw outOfOrder(chunks, intake.expected);
      if (intake.end === 'open') intake.end = failed ? brokenOff('unreadable there') : 'whole';
      deliver(intake);
    },
    detach: (stream) => {
      if (intake.stream === stream) wait(intake);
    },
    abort: (reason) => {
      intake.stream?.refuse(new Refusal(status.ABORTED, reason));
      fail(intake, reason);
    },
    whenTaken: (then) => {
      if (intake.result !== undefined) then();
      else intake.then = then;
    },
  };
}

function bodyOf(intake: Intake, position: SnapshotPosition): SnapshotSource {
  return {
    position,
    next: (done) => {
      intake.waiting = done;
      // Never inside the call; and one turn for each chunk, so that messages go between.
      setImmediate(() => deliver(intake));
    },
    close: () => drop(intake),
  };
}

function deliver(intake: Intake): void {
  const { waiting, chunks, end } = intake;
  if (waiting === undefined) return;
  const chunk = chunks.shift();
  if (chunk === undefined && end === 'open') return;
  intake.waiting = undefined;
  if (chunk !== undefined) {
    intake.taken += 1;
    intake.bytes -= chunk.length;
    intake.stream?.next(intake.taken);
    if (intake.bytes < intake.options.windowBytes) intake.stream?.hold(false);
    waiting({ ok: true, value: chunk });
  } else if (end instanceof StorageError) waiting({ ok: false, error: end });
  else waiting({ ok: true, value: undefined });
}

function add(intake: Intake, { sequence, checksum, data }: SnapshotChunk): void {
  if (sequence !== intake.expected) throw outOfOrder(sequence, intake.expected);
  if (crc32(data) !== checksum) {
    throw new Refusal(status.DATA_LOSS, `chunk ${sequence} came damaged: send it again`);
  }
  intake.expected += 1;
  if (intake.closed) return;
  intake.chunks.push(data);
  intake.bytes += data.length;
  if (intake.bytes >= intake.options.windowBytes) intake.stream?.hold(true);
  deliver(intake);
}

function attach(intake: Intake, stream: IntakeStream): void {
  const before = intake.stream;
  intake.stream = stream;
  clearTimeout(intake.resumeTimer);
  before?.refuse(new Refusal(status.ABORTED, 'the transfer goes on elsewhere'));
  if (intake.result === undefined) stream.next(intake.expected);
  else stream.accepted(intake.result);
}

function answer(intake: Intake, accepted: boolean): void {
  if (intake.result !== undefined) return;
  intake.result = accepted;
  drop(intake);
  intake.stream?.accepted(accepted);
  intake.then();
  // Kept a while: the answer may not have reached the sender.
  wait(intake);
}

function wait(intake: Intake): void {
  intake.stream = undefined;
  clearTimeout(intake.resumeTimer);
  intake.resumeTimer = setTimeout(() => {
    fail(intake, 'its sender did not come back');
  }, intake.options.resumeMs).unref();
}

function fail(intake: Intake, reason: string): void {
  clearTimeout(intake.resumeTimer);
  intake.stream = undefined;
  if (intake.end === 'open') intake.end = brokenOff(reason);
  intake.over();
  deliver(intake);
}

function drop(intake: Intake): void {
  intake.closed = true;
  intake.waiting = undefined;
  intake.chunks.length = 0;
  intake.bytes = 0;
  intake.stream?.hold(false);
}

const brokenOff = (reason: string): StorageError =>
  new StorageError('failed', `a snapshot broke off: ${reason}`);

const outOfOrder = (came: number, expected: number): Refusal =>
  new Refusal(status.ABORTED, `chunk ${came} came, ${expected} was expected`);
