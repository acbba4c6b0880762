import type { Node } from '../../node/node.ts';
import { toIndex } from '../../raft/ids.ts';
import { epochOfNode } from '../../state/registry/epoch.ts';
import { node as nodes } from '../../state/registry/node.ts';
import { pushCursor } from '../../state/registry/push-cursor.ts';
import { viewRecords } from '../../state/resources/records.ts';
import type { RegisteredProcess } from './lane.ts';

/** A process, and where it is told. */
export interface Broker extends RegisteredProcess {
  /** `host:port`. */
  readonly address: string;
}

/** All processes of brokers that are registered, as far as this member knows. */
export function registeredBrokers({ row, range }: Pick<Node, 'range' | 'row'>): readonly Broker[] {
  const records = viewRecords(row, range);
  return [...records.list(nodes, [])].map(({ node_id, start_time, grpc_addr }) => {
    const cursors = [...records.list(pushCursor, [String(node_id)])];
    const cursor = cursors.find((each) => each.start_time === start_time);
    const before = cursors.find((each) => each.start_time !== start_time);
    return {
      broker: node_id,
      startS: start_time,
      epoch: epochOfNode(records, node_id),
      cursor: cursor && toIndex(Number(cursor.index)),
      cursorBefore: before && toIndex(Number(before.index)),
      missed: cursor?.missed ?? false,
      address: grpc_addr,
    };
  });
}

/** Those that can never be told something that they must know: they must be restarted. */
export const brokersThatMissed = (node: Pick<Node, 'range' | 'row'>): readonly bigint[] =>
  registeredBrokers(node).flatMap(({ broker, missed }) => (missed ? [broker] : []));
