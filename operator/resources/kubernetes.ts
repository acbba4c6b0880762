/** Objects of Kubernetes as plain data, as they are sent: the client has a class for each, and other names for some fields. */
import type * as client from '@kubernetes/client-node';

/** A class of the client as what it is in JSON: fields by their true names, times as text. */
type Plain<T> = T extends { toISOString(): string }
  ? string
  : T extends readonly (infer Item)[]
    ? readonly Plain<Item>[]
    : T extends object
      ? { readonly [K in keyof T as K extends `_${infer Name}` ? Name : K]: Plain<T[K]> }
      : T;

export type ObjectMeta = Plain<client.V1ObjectMeta>;
export type OwnerReference = Plain<client.V1OwnerReference>;
export type Service = Plain<client.V1Service>;
export type ServicePort = Plain<client.V1ServicePort>;
export type ServiceAccount = Plain<client.V1ServiceAccount>;
export type Secret = Plain<client.V1Secret>;
export type ConfigMap = Plain<client.V1ConfigMap>;
export type PodDisruptionBudget = Plain<client.V1PodDisruptionBudget>;
export type NetworkPolicy = Plain<client.V1NetworkPolicy>;
export type NetworkPolicyPeer = Plain<client.V1NetworkPolicyPeer>;
export type NetworkPolicyPort = Plain<client.V1NetworkPolicyPort>;
export type StatefulSet = Plain<client.V1StatefulSet>;
export type PersistentVolumeClaim = Plain<client.V1PersistentVolumeClaim>;
export type PersistentVolume = Plain<client.V1PersistentVolume>;
export type StorageClass = Plain<client.V1StorageClass>;
export type Node = Plain<client.V1Node>;
export type Pod = Plain<client.V1Pod>;
export type PodTemplate = Plain<client.V1PodTemplateSpec>;
export type PodSpec = Plain<client.V1PodSpec>;
export type Container = Plain<client.V1Container>;
export type Probe = Plain<client.V1Probe>;
export type Volume = Plain<client.V1Volume>;
export type VolumeMount = Plain<client.V1VolumeMount>;
export type Affinity = Plain<client.V1Affinity>;
export type TopologySpreadConstraint = Plain<client.V1TopologySpreadConstraint>;
