/** What is said of an object of the installation here; the rest goes along. */
export interface Installed {
  readonly kind: string;
  readonly metadata: Metadata;
  readonly rules?: readonly Rule[];
  readonly roleRef?: { readonly kind: string; readonly name: string };
  readonly subjects?: readonly object[];
  readonly spec?: { readonly template?: { readonly spec: PodSpec } };
}

interface Metadata {
  readonly name: string;
  readonly namespace?: string;
  readonly labels?: Readonly<Record<string, string>>;
}

export interface Rule {
  readonly resources: readonly string[];
}

interface PodSpec {
  readonly containers: readonly Container[];
}

export interface Container {
  readonly image: string;
  readonly args: readonly string[];
}

/** A Deployment with other containers; any other object as it is. */
export function withContainers(
  each: Installed,
  change: (container: Container) => Container,
): Installed {
  const pod = each.spec?.template?.spec;
  if (each.kind !== 'Deployment' || pod === undefined) return each;
  const template = {
    ...each.spec?.template,
    spec: { ...pod, containers: pod.containers.map(change) },
  };
  return { ...each, spec: { ...each.spec, template } };
}
