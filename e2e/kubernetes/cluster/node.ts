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

export function containerdService({ programs }: ClusterPlan, node: NodePlan): Service {
  const { name, directory } = node;
  const networks = join(directory, 'networks');
  mkdirSync(networks, { recursive: true });
  writeFileSync(join(networks, 'pods.conflist'), JSON.stringify(podNetwork(node)));
  const file = join(directory, 'containerd.toml');
  writeFileSync(file, containerdConfig(node, networks, dirname(programs.bridge)));
  return {
    name: `${name}-containerd`,
    bin: programs.containerd,
    args: ['--config', file],
    node: name,
  };
}

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

/** What a kubelet keeps of devices has this place whatever it is told, socket included. */
const FIXED_DIRECTORY = '/var/lib/kubelet';

export function kubeletService(plan: ClusterPlan, node: NodePlan): Service {
  const { name, directory, address } = node;
  const file = join(directory, 'kubelet.json');
  const resolver = join(directory, 'resolv.conf');
  const fixed = join(directory, 'kubelet-fixed');
  mkdirSync(fixed, { recursive: true });
  mkdirSync(FIXED_DIRECTORY, { recursive: true });
  writeFileSync(resolver, `nameserver ${CONTROL_PLANE}\n`);
  writeFileSync(file, JSON.stringify(kubeletConfig(node, resolver)));
  return {
    name: `${name}-kubelet`,
    bin: plan.programs.kubelet,
    args: [
      `--config=${file}`,
      `--kubeconfig=${kubeconfigOf(plan, name)}`,
      `--root-dir=${directory}/kubelet`,
      `--cert-dir=${directory}/certificates`,
      `--hostname-override=${name}`,
      `--node-ip=${address}`,
    ],
    node: name,
    within: withInPlace(fixed, FIXED_DIRECTORY),
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
export function proxyService(plan: ClusterPlan, { name, directory }: NodePlan): Service {
  const file = join(directory, 'proxy.json');
  writeFileSync(
    file,
    JSON.stringify({
      apiVersion: 'kubeproxy.config.k8s.io/v1alpha1',
      kind: 'KubeProxyConfiguration',
      clientConnection: { kubeconfig: kubeconfigOf(plan, 'proxy') },
      mode: 'nftables',
      clusterCIDR: POD_NETWORK,
      hostnameOverride: name,
      // A limit of the whole machine, which is not the cluster's to set.
      conntrack: { maxPerCore: 0 },
    }),
  );
  return {
    name: `${name}-proxy`,
    bin: plan.programs['kube-proxy'],
    args: [`--config=${file}`],
    node: name,
  };
}
