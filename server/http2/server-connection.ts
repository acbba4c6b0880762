/** The server's end of a connection. */
import type { ServerEvents } from './connection-events.ts';
import { createConnection, farewell } from './connection.ts';
import type { Connection, ConnectionCore, ConnectionParts } from './connection.ts';
import { Http2Error } from './http2-error.ts';
import { SETTING } from './peer-settings.ts';
import { createRequests } from './requests.ts';

export interface ServerConnection extends Connection {
  /** Takes no more requests; those in work go on. */
  goAway(): void;
  /** Whether the client has sent its preface. */
  hasBegun(): boolean;
  /** What the client keeps us waiting for; of the same name for as long as it is the same. */
  debts(): string[];
}

/** Opens a connection: our settings go out at once. */
export function createServerConnection(parts: ConnectionParts<ServerEvents>): ServerConnection {
  const { limits, events } = parts;
  const core = createConnection(parts, {
    preface: undefined,
    settings: [[SETTING.maxConcurrentStreams, limits.streamsMax]],
    headers: (block) => requests.headers(block),
    last: () => core.streams.last(),
  });
  const { connection, output, reader, streams } = core;
  const requests = createRequests({ ...core, limits, events });
  return {
    ...connection,
    goAway: () => {
      requests.leave();
      output.push(farewell(streams.last(), new Http2Error('noError', '')));
    },
    hasBegun: () => reader.hasBegun(),
    debts: () => debtsOf(core),
  };
}

function debtsOf({ reader, blocks, streams }: ConnectionCore): string[] {
  const debts: string[] = [];
  if (!reader.hasBegun()) debts.push('preface');
  if (reader.waitingBytes() > 0) debts.push(`the rest of frame ${reader.frames()}`);
  const block = blocks.open();
  if (block !== undefined) debts.push(`the rest of the headers of ${block}`);
  for (const { id, waiting, trailers, sentBytes } of streams.all()) {
    if (waiting.length === 0) continue;
    // An answer that goes on may take as long as it likes, if only it goes on.
    const after = trailers === undefined ? ` after ${sentBytes} bytes` : '';
    debts.push(`windows for the answer of ${id}${after}`);
  }
  return debts;
}
