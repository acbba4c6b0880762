/** What a cluster is put together from: programs in Go, by the module that pins them. */
import { join } from 'node:path';

export interface Part {
  /** Its folder has go.mod and go.sum. */
  readonly module: string;
  readonly target: string;
  /** What it compiles that no row above has compiled, in Go packages: how long it takes. */
  readonly packages: number;
  readonly ldflags?: string;
  /** For what is written in C, in part. */
  readonly cgoTags?: string;
}

const KUBERNETES_VERSION = '1.34.4';
const [MAJOR, MINOR] = KUBERNETES_VERSION.split('.');
/** Without them the API server calls itself v0.0.0, and kubectl finds fault with that. */
const VERSION_FLAGS = [
  `-X k8s.io/component-base/version.gitVersion=v${KUBERNETES_VERSION}`,
  `-X k8s.io/component-base/version.gitMajor=${MAJOR}`,
  `-X k8s.io/component-base/version.gitMinor=${MINOR}`,
  `-X k8s.io/client-go/pkg/version.gitVersion=v${KUBERNETES_VERSION}`,
].join(' ');

const folder = (name: string): string => join(import.meta.dirname, name);

/** The peer that the benchmark measures is what Kubernetes keeps its state in. */
const ETCD = join(import.meta.dirname, '..', '..', 'bench', 'etcd');

const kubernetes = (name: string, packages: number): Part => ({
  module: folder('kubernetes'),
  target: `k8s.io/kubernetes/cmd/${name}`,
  packages,
  ldflags: VERSION_FLAGS,
});
const containerd = (name: string, packages: number): Part => ({
  module: folder('containers'),
  target: `github.com/containerd/containerd/v2/cmd/${name}`,
  packages,
});
const plugin = (name: string, packages: number): Part => ({
  module: folder('containers'),
  target: `github.com/containernetworking/plugins/plugins/${name}`,
  packages,
});

/** By the name of the program. */
export const PARTS = {
  etcd: {
    module: ETCD,
    target: 'go.etcd.io/etcd/server/v3',
    packages: 351,
  },
  etcdutl: {
    module: ETCD,
    target: 'go.etcd.io/etcd/etcdutl/v3',
    packages: 20,
  },
  'kube-apiserver': kubernetes('kube-apiserver', 1947),
  kubectl: kubernetes('kubectl', 250),
  'kube-controller-manager': kubernetes('kube-controller-manager', 380),
  'kube-scheduler': kubernetes('kube-scheduler', 10),
  kubelet: kubernetes('kubelet', 100),
  'kube-proxy': kubernetes('kube-proxy', 30),
  containerd: containerd('containerd', 773),
  'containerd-shim-runc-v2': containerd('containerd-shim-runc-v2', 10),
  ctr: containerd('ctr', 30),
  runc: {
    module: folder('containers'),
    target: 'github.com/opencontainers/runc',
    packages: 100,
    cgoTags: 'seccomp',
  },
  'host-local': plugin('ipam/host-local', 15),
  bridge: plugin('main/bridge', 10),
  loopback: plugin('main/loopback', 1),
  coredns: { module: folder('coredns'), target: '.', packages: 524 },
  pause: { module: folder('pause'), target: '.', packages: 1 },
  helm: { module: folder('helm'), target: 'helm.sh/helm/v3/cmd/helm', packages: 600 },
} as const satisfies Readonly<Record<string, Part>>;

export type PartName = keyof typeof PARTS;

/** An API server to talk to, and nothing that acts on what it is told. */
export const API_PARTS: readonly PartName[] = ['etcd', 'kube-apiserver', 'kubectl'];
export const ALL_PARTS: readonly PartName[] = Object.keys(PARTS) as PartName[];
