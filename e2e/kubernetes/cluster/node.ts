/** What runs on every node: containers, kubelet, and the proxy of services. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { kubeconfigOf } from './credentials.ts';
import {
  CLUSTER_DOMAIN,
  CONTROL_PLANE,
  POD_NETWORK,
  type ClusterPlan,
  type NodePlan,
} from './plan.ts';
import { withInPlace } from './private-mounts.ts';
import type { Service } from './service.ts';

/** What containerd starts before the containers of a pod. */
export const PAUSE_IMAGE = 'localhost/pause:1';

export const containerdSocket = ({ directory }: NodePlan): string =>
  join(directory, 'containerd.sock');

/** What a kubelet keeps of devices has this place whatever it is told, socket included. */
const FIXED_DIRECTORY = '/var/lib/kubelet';

/** Where what its programs are told is. */
const filesOf = ({ directory }: NodePlan) => ({
  networks: join(directory, 'networks'),
  containerd: join(directory, 'containerd.toml'),
  kubelet: join(directory, 'kubelet.json'),
  /** In place of the fixed directory of kubelets. */
  kubeletFixed: join(directory, 'kubelet-fixed'),
  resolver: join(directory, 'resolv.conf'),
  proxy: join(directory, 'proxy.json'),
});

/** Writes all that the programs of a node are told, in the mounts of the cluster. */
export function prepareNode(plan: ClusterPlan, node: NodePlan): void {
  const { networks, containerd, kubelet, kubeletFixed, resolver, proxy } = filesOf(node);
  for (const directory of [node.directory, networks, kubeletFixed, FIXED_DIRECTORY]) {
    mkdirSync(directory, { recursive: true });
  }
  writeFileSync(join(networks, 'pods.conflist'), JSON.stringify(podNetwork(node)));
  writeFileSync(containerd, containerdConfig(node, networks, dirname(plan.programs.bridge)));
  writeFileSync(resolver, `nameserver ${CONTROL_PLANE}\n`);
  writeFileSync(kubelet, JSON.stringify(kubeletConfig(node, resolver)));
  writeFileSync(proxy, JSON.stringify(proxyConfig(plan, node)));
}

export const containerdService = ({ programs }: ClusterPlan, node: NodePlan): Service => ({
  name: `${node.name}-containerd`,
  bin: programs.containerd,
  args: ['--config', filesOf(node).containerd],
  node: node.name,
});

const podNetwork = ({ directory, podSubnet }: NodePlan): object => ({
  cniVersion: '1.0.0',
  name: 'pods',
  plugins: [
    {
      type: 'bridge',
      bridge: 'pods0',
      isGateway: true,
      // Addresses of pods are seen as they are by all nodes.
      ipMasq: false,
      hairpinMode: true,
      ipam: {
        type: 'host-local',
        dataDir: join(directory, 'addresses'),
        ranges: [[{ subnet: podSubnet }]],
        routes: [{ dst: '0.0.0.0/0' }],
      },
    },
  ],
});

const containerdConfig = (node: NodePlan, networks: string, plugins: string): string => `
version = 3
root = "${node.directory}/containerd"
state = "${node.directory}/containerd-state"
[grpc]
  address = "${containerdSocket(node)}"
[plugins.'io.containerd.internal.v1.opt']
  path = "${node.directory}/opt"
[plugins.'io.containerd.nri.v1.nri']
  # It has one socket, of a fixed name, for all nodes.
  disable = true
[plugins.'io.containerd.cri.v1.images']
  snapshotter = "overlayfs"
[plugins.'io.containerd.cri.v1.images'.pinned_images]
  sandbox = "${PAUSE_IMAGE}"
[plugins.'io.containerd.cri.v1.runtime']
  # Where root may not lower it (CAP_SYS_RESOURCE), runc would give up.
  restrict_oom_score_adj = true
[plugins.'io.containerd.cri.v1.runtime'.cni]
  bin_dirs = ["${plugins}"]
  conf_dir = "${networks}"
`;

export function kubeletService(plan: ClusterPlan, node: NodePlan): Service {
  const { name, directory, address } = node;
  const { kubelet, kubeletFixed } = filesOf(node);
  return {
    name: `${name}-kubelet`,
    bin: plan.programs.kubelet,
    args: [
      `--config=${kubelet}`,
      `--kubeconfig=${kubeconfigOf(plan, name)}`,
      `--root-dir=${directory}/kubelet`,
      `--cert-dir=${directory}/certificates`,
      `--hostname-override=${name}`,
      `--node-ip=${address}`,
    ],
    node: name,
    within: withInPlace(kubeletFixed, FIXED_DIRECTORY),
  };
}

const kubeletConfig = (node: NodePlan, resolvConf: string): object => ({
  apiVersion: 'kubelet.config.k8s.io/v1beta1',
  kind: 'KubeletConfiguration',
  // Nobody but this cluster reaches it.
  authentication: { anonymous: { enabled: true }, webhook: { enabled: false } },
  authorization: { mode: 'AlwaysAllow' },
  cgroupDriver: 'cgroupfs',
  cgroupRoot: `/${node.cgroup}`,
  enforceNodeAllocatable: [],
  failSwapOn: false,
  containerRuntimeEndpoint: `unix://${containerdSocket(node)}`,
  clusterDomain: CLUSTER_DOMAIN,
  clusterDNS: [CONTROL_PLANE],
  resolvConf,
  // The disk is the machine's: how full it is says nothing of a node.
  evictionHard: {},
  localStorageCapacityIsolation: false,
  // What it finds already it does not write: see sysctls.ts.
  protectKernelDefaults: true,
  podLogsDir: join(node.directory, 'pods'),
  volumePluginDir: join(node.directory, 'volume-plugins'),
});

/** What gives services their addresses. */
export const proxyService = ({ programs }: ClusterPlan, node: NodePlan): Service => ({
  name: `${node.name}-proxy`,
  bin: programs['kube-proxy'],
  args: [`--config=${filesOf(node).proxy}`],
  node: node.name,
});

const proxyConfig = (plan: ClusterPlan, { name }: NodePlan): object => ({
  apiVersion: 'kubeproxy.config.k8s.io/v1alpha1',
  kind: 'KubeProxyConfiguration',
  clientConnection: { kubeconfig: kubeconfigOf(plan, 'proxy') },
  mode: 'nftables',
  clusterCIDR: POD_NETWORK,
  hostnameOverride: name,
  // A limit of the whole machine, which is not the cluster's to set.
  conntrack: { maxPerCore: 0 },
});
