/** What runs once in a cluster. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { credentialFiles, kubeconfigOf } from './credentials.ts';
import {
  API_PORT,
  CLUSTER_DOMAIN,
  CONTROL_PLANE,
  SERVICE_NETWORK,
  type ClusterPlan,
} from './plan.ts';
import type { Run } from './run.ts';
import type { Service } from './service.ts';

const ETCD = 'http://127.0.0.1:2379';
export const ETCD_PEER = 'http://127.0.0.1:2380';
export const ETCD_CLUSTER = `default=${ETCD_PEER}`;

const flags = (by: Readonly<Record<string, string | boolean>>): readonly string[] =>
  Object.entries(by).map(([name, value]) => `--${name}=${value}`);

export const etcdDirectory = ({ directory }: Run): string => join(directory, 'etcd');

/** What answers for the state of the cluster: all that there is without nodes. */
export function apiServices(plan: ClusterPlan): readonly Service[] {
  const { run, programs } = plan;
  const files = credentialFiles(plan);
  return [
    {
      name: 'etcd',
      bin: programs.etcd,
      args: flags({
        'data-dir': etcdDirectory(run),
        'listen-client-urls': ETCD,
        'advertise-client-urls': ETCD,
        'listen-peer-urls': ETCD_PEER,
        'initial-advertise-peer-urls': ETCD_PEER,
        'initial-cluster': ETCD_CLUSTER,
        // It outlives no machine.
        'unsafe-no-fsync': true,
      }),
    },
    {
      name: 'kube-apiserver',
      bin: programs['kube-apiserver'],
      args: flags({
        'etcd-servers': ETCD,
        'bind-address': '0.0.0.0',
        'secure-port': `${API_PORT}`,
        'advertise-address': CONTROL_PLANE,
        'cert-dir': files.certificates,
        'token-auth-file': files.tokens,
        'authorization-mode': 'Node,RBAC',
        // The second one asks for rights that some clusters ask for: the operator has them.
        'enable-admission-plugins': 'NodeRestriction,OwnerReferencesPermissionEnforcement',
        'service-account-issuer': 'https://kubernetes.default.svc',
        'service-account-key-file': files.serviceAccountPublicKey,
        'service-account-signing-key-file': files.serviceAccountKey,
        'service-cluster-ip-range': SERVICE_NETWORK,
        'kubelet-preferred-address-types': 'InternalIP',
        'allow-privileged': true,
      }),
    },
  ];
}

const COMMON = { 'bind-address': '127.0.0.1', 'leader-elect': false };

/** What acts on that state where there are no nodes: so many objects at once as no node would bear. */
export const loneControllers = (plan: ClusterPlan): readonly Service[] =>
  plan.controllers.length === 0
    ? []
    : [
        controllerManager(plan, {
          controllers: plan.controllers.join(),
          'kube-api-qps': '200',
          'kube-api-burst': '400',
        }),
      ];

function controllerManager(
  plan: ClusterPlan,
  more: Readonly<Record<string, string>> = {},
): Service {
  const { run, programs } = plan;
  const files = credentialFiles(plan);
  return {
    name: 'kube-controller-manager',
    bin: programs['kube-controller-manager'],
    args: flags({
      ...COMMON,
      kubeconfig: kubeconfigOf(plan, 'controller-manager'),
      'cert-dir': join(run.directory, 'controller-manager'),
      'service-account-private-key-file': files.serviceAccountKey,
      'root-ca-file': files.ca,
      'use-service-account-credentials': true,
      'flex-volume-plugin-dir': join(run.directory, 'flex-volumes'),
      ...more,
    }),
  };
}

/** What acts on that state for nodes, and the names of services. */
export function controllerServices(plan: ClusterPlan): readonly Service[] {
  const { run, programs } = plan;
  return [
    controllerManager(plan),
    {
      name: 'kube-scheduler',
      bin: programs['kube-scheduler'],
      args: flags({
        ...COMMON,
        kubeconfig: kubeconfigOf(plan, 'scheduler'),
        'cert-dir': join(run.directory, 'scheduler'),
        // One whose claim is bound while it is looked at may be overlooked, and would wait for five
        // minutes: https://github.com/kubernetes/kubernetes/issues/110175
        'pod-max-in-unschedulable-pods-duration': '10s',
      }),
    },
    { name: 'coredns', bin: programs.coredns, args: ['-conf', corefile(plan)] },
  ];
}

function corefile(plan: ClusterPlan): string {
  const file = join(plan.run.directory, 'Corefile');
  writeFileSync(
    file,
    `.:53 {
  bind ${CONTROL_PLANE}
  errors
  kubernetes ${CLUSTER_DOMAIN} {
    kubeconfig ${kubeconfigOf(plan, 'admin')}
    ttl 1
  }
  cache 1
}
`,
  );
  return file;
}
