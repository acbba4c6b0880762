/** Where the messages of a topic are kept. */
import { choice } from '../layout/layout.ts';
import type { Infer } from '../layout/layout.ts';

export const StorageType = choice(
  'StorageType',
  'EngineMemory',
  'EngineSegment',
  'EngineRocksDB',
  'Mysql',
  'MinIO',
  'S3',
);
export type StorageType = Infer<typeof StorageType>;
