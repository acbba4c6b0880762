import type { MetaSpec, RobustMQCluster } from '../cluster.ts';

/** A cluster as the API server returns it when a person gave version and size: defaults filled in. */
export function sampleCluster(
  meta: Partial<MetaSpec> = {},
  rest: Partial<Pick<RobustMQCluster, 'metadata' | 'status'>> & { readonly paused?: boolean } = {},
): RobustMQCluster {
  const { paused = false, ...others } = rest;
  return {
    apiVersion: 'robustmq.io/v1alpha1',
    kind: 'RobustMQCluster',
    metadata: {
      name: 'demo',
      namespace: 'brokers',
      uid: '11111111-1111-4111-8111-111111111111',
      resourceVersion: '1',
      generation: 1,
      creationTimestamp: '2026-01-01T00:00:00Z',
    },
    spec: {
      paused,
      meta: {
        replicas: 3,
        version: '0.1.0',
        resources: { requests: { cpu: '250m', memory: '512Mi' }, limits: { memory: '1Gi' } },
        storage: { size: '10Gi', onDelete: 'Retain' },
        scheduling: { spread: 'Preferred', zones: 'Preferred' },
        pod: { terminationGracePeriodSeconds: 30 },
        tls: { mode: 'Managed' },
        clients: {},
        remediation: { replaceLostVolume: false, attempts: 3, periodMinutes: 60 },
        ...meta,
      },
    },
    ...others,
  };
}
