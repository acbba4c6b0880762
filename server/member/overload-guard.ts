/**
 * Keeps what clients make a member hold within a bound.
 *
 * grpc-js puts each message together in memory before a handler sees it, and keeps what was written
 * until the reader takes it; neither has a limit over all connections. So every HTTP/2 stream of a
 * watched connection is followed from outside: what arrived until the request is whole, and what was
 * written until it is taken. When that is too much, or lasts too long, connections are ended.
 */
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Http2Session, ServerHttp2Stream } from 'node:http2';
import type { Socket } from 'node:net';
import { connectionsToEnd } from './connection-policy.ts';
import type { EndReason, Holding, HoldingBounds } from './connection-policy.ts';

export interface OverloadGuard {
  /** Follows a connection from now until it is closed. */
  watch(socket: Socket): void;
  /** Whether there is room for a reply of this many bytes; if so, it is taken until it is written. */
  admitReply(bytes: number): boolean;
  /** Whether it is worth the while to make a reply that may be large. */
  hasRoom(): boolean;
  stats(): OverloadStats;
  close(): void;
}

/** Counts since the guard was made, and what is held now. */
export interface OverloadStats {
  readonly heldBytes: number;
  readonly ended: Readonly<Record<EndReason, number>>;
}

export interface OverloadSetup extends HoldingBounds {
  readonly nowMs: () => number;
  /** Called each time that much has arrived. */
  readonly relieve: () => void;
  /** Told at most once a second how many were ended since the last time. */
  readonly ended: (ended: Readonly<Record<EndReason, number>>, heldBytes: number) => void;
}

/** One call, as it is seen from outside. */
interface Call {
  readonly stream: ServerHttp2Stream;
  receivedBytes: number;
  /** Since when its client keeps us waiting. */
  sinceMs: number | undefined;
}

interface Connection {
  /** Under which it is known, also after its socket has forgotten its addresses. */
  readonly name: string;
  readonly socket: Socket;
  readonly acceptedMs: number;
  readonly calls: Set<Call>;
}

const LOOK_MS = 100;
const TELL_MS = 1_000;
const RELIEVE_BYTES = 16 << 20;
/** Between two looks, this share of the bound may come before there is a look out of turn. */
const LOOK_SHARE = 1 / 16;
const ROOM_SHARE = 3 / 4;
/** What an open call counts for beyond its bytes, for the objects around it: an estimate. */
const CALL_BYTES = 4_096;
/** The preface with which every HTTP/2 connection begins. */
const PREFACE_BYTES = 24;
/** Replies of this size need no room: without them nothing would ever end well. */
const SMALL_REPLY_BYTES = 1_024;
/** Published by Node for each stream of each HTTP/2 server of the process. */
const STREAM_CREATED = 'http2.server.stream.created';

export function createOverloadGuard(setup: OverloadSetup): OverloadGuard {
  const { nowMs, bytesMax } = setup;
  const registry = createRegistry();
  const total: Record<EndReason, number> = { overload: 0, stalled: 0 };
  const tally = createTally(setup, total);
  let lookedBytes = 0;
  /** What came or was promised after the last look. */
  let freshBytes = 0;
  const passed = createPassage(setup.relieve);

  function look(): void {
    const now = nowMs();
    const holdings = registry.all().map((each) => holdingOf(each, now));
    lookedBytes = holdings.reduce((sum, { bytes }) => sum + bytes, 0);
    freshBytes = 0;
    const bytesOf = new Map(holdings.map(({ id, bytes }) => [id, bytes]));
    for (const { id, reason } of connectionsToEnd(holdings, now, setup)) {
      lookedBytes -= bytesOf.get(id) ?? 0;
      total[reason] += 1;
      registry.forget(id);
      id.socket.destroy();
    }
    tally.tell(now, lookedBytes);
  }

  function arrived(call: Call, bytes: number): void {
    call.receivedBytes += bytes;
    freshBytes += bytes;
    passed(bytes);
    // The event loop may read from thousands of sockets before any timer fires.
    if (isFull() && freshBytes > bytesMax * LOOK_SHARE) look();
  }

  const isFull = (): boolean => lookedBytes + freshBytes > bytesMax;

  const onStream = (message: unknown): void => {
    const stream = streamOf(message);
    const connection = stream === undefined ? undefined : registry.find(stream);
    if (stream === undefined || connection === undefined) return;
    const call: Call = { stream, receivedBytes: 0, sinceMs: nowMs() };
    connection.calls.add(call);
    freshBytes += CALL_BYTES;
    stream.on('data', (chunk: Buffer) => arrived(call, chunk.length));
    stream.once('end', () => {
      // From here on the handler has it, and `limits.request_bytes` counts it.
      call.receivedBytes = 0;
      call.sinceMs = undefined;
    });
    stream.once('close', () => connection.calls.delete(call));
  };

  subscribe(STREAM_CREATED, onStream);
  const timer = setInterval(look, LOOK_MS);
  timer.unref();
  return {
    watch: (socket) => registry.add(socket, nowMs()),
    admitReply: (bytes) => {
      if (bytes <= SMALL_REPLY_BYTES) return true;
      passed(bytes);
      if (lookedBytes + freshBytes + bytes > bytesMax) return false;
      freshBytes += bytes;
      return true;
    },
    hasRoom: () => lookedBytes + freshBytes <= bytesMax * ROOM_SHARE,
    stats: () => ({ heldBytes: lookedBytes + freshBytes, ended: { ...total } }),
    close: () => {
      unsubscribe(STREAM_CREATED, onStream);
      clearInterval(timer);
    },
  };
}

/** Counts bytes that came or were made, which are garbage soon; calls `relieve` when they are many. */
function createPassage(relieve: () => void): (bytes: number) => void {
  let unrelievedBytes = 0;
  return (bytes) => {
    unrelievedBytes += bytes;
    if (unrelievedBytes <= RELIEVE_BYTES) return;
    unrelievedBytes = 0;
    relieve();
  };
}

/** All connections that are followed. */
function createRegistry() {
  const connections = new Map<string, Connection>();
  // Streams name their session; its socket is looked up once.
  const bySession = new WeakMap<Http2Session, Connection>();
  const forget = (connection: Connection): void => {
    // Its name may be that of the next one by now.
    if (connections.get(connection.name) === connection) connections.delete(connection.name);
    connection.calls.clear();
  };
  return {
    all: () => [...connections.values()],
    forget,
    add: (socket: Socket, acceptedMs: number): void => {
      const connection = { name: nameOf(socket), socket, acceptedMs, calls: new Set<Call>() };
      connections.set(connection.name, connection);
      socket.once('close', () => forget(connection));
    },
    find: ({ session }: ServerHttp2Stream): Connection | undefined => {
      if (session === undefined) return undefined;
      const known = bySession.get(session) ?? connections.get(nameOf(session.socket));
      if (known !== undefined) bySession.set(session, known);
      return known;
    },
  };
}

/** What a connection holds, and since when it owes something. */
function holdingOf(connection: Connection, nowMs: number): Holding<Connection> {
  const { socket, acceptedMs, calls } = connection;
  let bytes = socket.writableLength;
  let sinceMs = Infinity;
  for (const call of calls) {
    const written = call.stream.writableLength;
    // A reply that is seen for the first time is waited for from now on.
    if (written > 0) call.sinceMs ??= nowMs;
    bytes += CALL_BYTES + call.receivedBytes + written;
    sinceMs = Math.min(sinceMs, call.sinceMs ?? Infinity);
  }
  if (socket.bytesRead < PREFACE_BYTES) sinceMs = acceptedMs;
  return { id: connection, bytes, waitingSinceMs: sinceMs === Infinity ? undefined : sinceMs };
}

/** Which connection it is, among those of all listeners of the process. */
const nameOf = ({
  localPort,
  remoteAddress,
  remotePort,
}: Socket | Http2Session['socket']): string => `${localPort} ${remoteAddress} ${remotePort}`;

/** The channel's messages have no type of their own. */
function streamOf(message: unknown): ServerHttp2Stream | undefined {
  if (typeof message !== 'object' || message === null || !('stream' in message)) return undefined;
  return message.stream as ServerHttp2Stream;
}

/** Says now and then how many were ended since it last did. */
function createTally({ ended }: OverloadSetup, total: Readonly<Record<EndReason, number>>) {
  let told = { ...total };
  let toldMs = -Infinity;
  return {
    tell: (nowMs: number, heldBytes: number): void => {
      const overload = total.overload - told.overload;
      const stalled = total.stalled - told.stalled;
      if (overload + stalled === 0 || nowMs - toldMs < TELL_MS) return;
      told = { ...total };
      toldMs = nowMs;
      ended({ overload, stalled }, heldBytes);
    },
  };
}
