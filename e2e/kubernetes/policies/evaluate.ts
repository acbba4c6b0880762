/** NetworkPolicies, judged as a network that enforces them would; pure. */
import { BlockList, isIPv6 } from 'node:net';
import type { NetworkPolicy, NetworkPolicyPeer } from '../../../operator/resources/kubernetes.ts';
import type { Connection } from './connections.ts';

export type Labels = Readonly<Record<string, string>>;

/** Who has an address. */
export interface Endpoint {
  readonly namespace: string;
  readonly namespaceLabels: Labels;
  readonly labels: Labels;
}

/** Undefined: of no pod, such as the kubelet of a node. */
export type Directory = (address: string) => Endpoint | undefined;

type LabelSelector = NonNullable<NetworkPolicyPeer['podSelector']>;

/** Whether the policy lets it in, where it says who comes in at all; it knows labels, and no expressions. */
export function allows(
  { metadata, spec }: NetworkPolicy,
  { from, to, port }: Connection,
  directory: Directory,
): boolean {
  const target = directory(to);
  const namespace = metadata?.namespace ?? '';
  if (target?.namespace !== namespace || !selects(spec?.podSelector, target.labels)) return true;
  const source = directory(from);
  return (spec?.ingress ?? []).some(
    ({ from: peers, ports }) =>
      (ports === undefined || ports.some((each) => each.port === port)) &&
      (peers === undefined || peers.some((peer) => matches(peer, namespace, from, source))),
  );
}

function matches(
  { ipBlock, namespaceSelector, podSelector }: NetworkPolicyPeer,
  own: string,
  address: string,
  source: Endpoint | undefined,
): boolean {
  if (ipBlock !== undefined) {
    const { cidr, except = [] } = ipBlock;
    return isWithin(address, cidr) && !except.some((each) => isWithin(address, each));
  }
  if (source === undefined) return false;
  const inNamespace =
    namespaceSelector === undefined
      ? source.namespace === own
      : selects(namespaceSelector, source.namespaceLabels);
  return inNamespace && selects(podSelector, source.labels);
}

function isWithin(address: string, cidr: string): boolean {
  const [network = '', prefix = ''] = cidr.split('/');
  const family = isIPv6(network) ? 'ipv6' : 'ipv4';
  const range = new BlockList();
  range.addSubnet(network, Number(prefix), family);
  return range.check(address, family);
}

/** An empty selector selects all. */
const selects = (selector: LabelSelector | undefined, labels: Labels): boolean =>
  Object.entries(selector?.matchLabels ?? {}).every(([label, value]) => labels[label] === value);
