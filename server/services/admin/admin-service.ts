import type { AdminServiceServer } from '../../../proto/gen/robustmq/admin/v1/admin.ts';
import { createBootstrapRpc } from './bootstrap-rpc.ts';
import { createMembershipRpcs } from './membership-rpcs.ts';
import type { AdminParts } from './parts.ts';
import { createRangeRpc } from './range-rpc.ts';
import { createRecoverRpc } from './recover-rpc.ts';
import { createSnapshotRpc } from './snapshot-rpc.ts';
import { createStatusRpcs } from './status-rpcs.ts';
import { createTransferRpc } from './transfer-rpc.ts';
import { createUpkeepRpcs } from './upkeep-rpcs.ts';

/** The service by its names alone: its interface allows any. */
export type AdminHandlers = {
  [
    Name in keyof AdminServiceServer as string extends Name ? never : Name
  ]: AdminServiceServer[Name];
};

export interface AdminService {
  /** For `Server.addService(AdminServiceService, handlers)`. */
  readonly handlers: AdminHandlers;
  /** Ends all streams. */
  close(): void;
}

/** `robustmq.admin.v1.AdminService` of one member. See the head of `admin.proto`. */
export function createAdminService(parts: AdminParts): AdminService {
  const status = createStatusRpcs(parts);
  const snapshot = createSnapshotRpc(parts);
  return {
    handlers: {
      ...createBootstrapRpc(parts),
      ...status.rpcs,
      ...createMembershipRpcs(parts),
      ...createTransferRpc(parts),
      ...createRangeRpc(parts),
      ...snapshot.rpcs,
      ...createRecoverRpc(parts),
      ...createUpkeepRpcs(parts),
    },
    close: () => {
      status.close();
      snapshot.close();
    },
  };
}
