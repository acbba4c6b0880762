import { randomInt } from 'node:crypto';
import { showAddress } from '../config/kinds.ts';
import type { Config } from '../config/settings.ts';
import type { Log } from '../observe/log/log.ts';
import type { AddressBook, Announcement } from '../ports/address-book.ts';
import type { NodeStatus } from '../node/node.ts';
import { COMMAND_VERSION_MAX } from '../state/command-kinds.ts';
import { createLevelStorage } from '../storage/level/level-storage.ts';
import type { Storage } from '../storage/level/level-storage.ts';
import { createAddressBook } from '../transport/grpc/address-book.ts';
import type { PeerCredentials } from '../transport/grpc/credentials.ts';
import { createGrpcTransport } from '../transport/grpc/grpc-transport.ts';
import type { GrpcTransport } from '../transport/grpc/grpc-transport.ts';
import { nowMs, wallMs } from './clocks.ts';
import { DisplacedError } from './displaced-error.ts';
import { watchFreeSpace } from './free-space.ts';
import type { FreeSpace } from './free-space.ts';
import { peerCredentials } from './peer-security.ts';
import { random } from './random.ts';
import { transportOptions } from './settings.ts';
import { toError } from './to-error.ts';
import { createTransportLog } from './transport-log.ts';
import { watchBook } from './watched-book.ts';

/** Where a process is reached; known once it listens. */
export interface Reached {
  client: string;
  peer: string;
}

/** What a node stands on in a real process. */
export interface Foundation {
  readonly storage: Storage;
  readonly credentials: PeerCredentials;
  readonly book: AddressBook;
  readonly transport: GrpcTransport;
  /** How many peers were refused since the process began. */
  readonly refusals: () => number;
  readonly space: FreeSpace;
  readonly reached: Reached;
  /** This process, as it announces itself. */
  readonly self: () => Announcement;
}

/** What the foundation asks of what is built on it. */
export interface FoundationEvents {
  /** Who this process is by now, if anybody. */
  readonly status: () => Pick<NodeStatus, 'identity' | 'phase'>;
  readonly addressesChanged: () => void;
  readonly spaceChanged: (low: boolean) => void;
}

const INCARNATIONS_PER_MS = 2 ** 11;
const SPACE_LOOK_MS = 1_000;

/** Claims the data directory and makes a transport; opens no store and no port. Throws StorageError. */
export function lay(config: Config, log: Log, events: FoundationEvents): Foundation {
  const storage = createLevelStorage(config.data_dir);
  const credentials = peerCredentials(config, log);
  const book = watchBook(createAddressBook(), events.addressesChanged);
  const reached: Reached = {
    client: showAddress(config['advertise.client'] ?? config['listen.client']),
    peer: showAddress(config['advertise.peer'] ?? config['listen.peer']),
  };
  const self = (): Announcement => {
    const { identity, phase } = events.status();
    return {
      directory: storage.directory,
      identity,
      ...(phase === 'waiting' && { waiting: true }),
      peerAddress: reached.peer,
      clientAddress: reached.client,
      commandVersionMax: COMMAND_VERSION_MAX,
    };
  };
  const transportLog = createTransportLog(log);
  const transport = createGrpcTransport({
    book,
    self,
    // When it began, and by chance: of two, who began first is known, and no two are the same.
    incarnation: wallMs() * INCARNATIONS_PER_MS + randomInt(INCARNATIONS_PER_MS),
    credentials,
    clock: { nowMs },
    random,
    options: transportOptions(config),
    log: transportLog,
    // Nobody catches it, so the process ends, before it can vote or acknowledge once more.
    displaced: (reason) =>
      setImmediate(() => {
        throw new DisplacedError(reason);
      }),
  });
  const space = watchFreeSpace({
    path: config.data_dir,
    freeBytesMin: config['storage.free_min'],
    intervalMs: SPACE_LOOK_MS,
    changed: (low) => {
      const freeBytes = space.freeBytes() ?? 0;
      if (low)
        log.write('disk_space_low', { freeBytes, requiredBytes: config['storage.free_min'] });
      else log.write('disk_space_ok', { freeBytes });
      events.spaceChanged(low);
    },
    failed: (error) => {
      log.write('disk_space_unknown', {
        error: toError(error),
      });
    },
  });
  const { refusals } = transportLog;
  return { storage, credentials, book, transport, refusals, space, reached, self };
}
