import type { Kubectl } from './kubectl.ts';

/** A namespace in which nothing runs that the level `restricted` of Pod Security does not let. */
export const restrictedNamespace = (name: string) => ({
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name, labels: { 'pod-security.kubernetes.io/enforce': 'restricted' } },
});

/** Makes it unless it is there; throws what Kubernetes says against it. */
export function makeNamespace(kubectl: Kubectl, name: string): void {
  const { ok, said } = kubectl.attempt(['apply'], restrictedNamespace(name));
  if (!ok) throw new Error(`namespace ${name}: ${said}`);
}
