/** What the operator is about to change, once the one whom it asked has found nothing against it. */
import type { Change } from '../../../proto/gen/robustmq/admin/v1/admin.ts';
import type { Resource } from '../../kube/api.ts';
import type { Directory } from '../members/directory.ts';
import type { Group } from '../members/group.ts';

export type Mutation =
  | {
      readonly kind: 'apply';
      readonly resource: Resource;
      readonly name: string;
      readonly object: unknown;
    }
  | { readonly kind: 'delete'; readonly resource: Resource; readonly name: string }
  | { readonly kind: 'bootstrap'; readonly directory: Directory; readonly clusterId: string }
  | { readonly kind: 'change'; readonly group: Group; readonly changes: readonly Change[] }
  | { readonly kind: 'transfer'; readonly group: Group; readonly memberId: number }
  | { readonly kind: 'recover'; readonly directory: Directory; readonly incidentId: string };

/** On one line of the history. */
export function describe(mutation: Mutation): string {
  switch (mutation.kind) {
    case 'apply': {
      const { resource, name, object } = mutation;
      const { replicas } = (object as { spec?: { replicas?: number } }).spec ?? {};
      const count = resource.kind === 'StatefulSet' ? ` with ${replicas ?? 0} pods` : '';
      return `apply ${resource.kind} ${name}${count}`;
    }
    case 'delete':
      return `delete ${mutation.resource.kind} ${mutation.name}`;
    case 'bootstrap':
      return `bootstrap ${mutation.directory.uuid}`;
    case 'change':
      return `change ${mutation.changes.map(({ kind }) => JSON.stringify(kind?.value)).join(' ')}`;
    case 'transfer':
      return `transfer to ${mutation.memberId}`;
    case 'recover':
      return `recover ${mutation.directory.uuid}`;
  }
}
