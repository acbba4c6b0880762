/** Nodes that are deleted in Kubernetes, while their machines go on. */
import type { Kubectl } from '../kubectl.ts';

export interface TakenNodes {
  take(name: string): void;
  has(name: string): boolean;
  /** All of them, as they were: kubelet itself would register only when it starts. */
  giveBack(): void;
}

interface NodeObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly labels?: object };
}

export function takenNodes(kubectl: Kubectl): TakenNodes {
  let taken: NodeObject[] = [];
  return {
    take: (name) => {
      const node = JSON.parse(kubectl('get', 'node', name, '-o=json')) as NodeObject;
      const { apiVersion, kind, metadata } = node;
      taken.push({ apiVersion, kind, metadata: { name, ...labelsOf(metadata) } });
      kubectl('delete', 'node', name);
    },
    has: (name) => taken.some(({ metadata }) => metadata.name === name),
    giveBack: () => {
      const all = taken;
      taken = [];
      for (const node of all) {
        const { ok, said } = kubectl.attempt(['apply'], node);
        if (!ok) throw new Error(`${node.metadata.name} is not taken back: ${said}`);
      }
    },
  };
}

const labelsOf = ({ labels }: NodeObject['metadata']): object =>
  labels === undefined ? {} : { labels };
