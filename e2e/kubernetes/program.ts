/**
 * Programs of these tests in a pod. One comes as a ConfigMap, and lies in the project's image where the
 * packages that it imports are found.
 */
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { RESTRICTED_CONTAINER, RESTRICTED_POD } from './restricted.ts';

export interface ProgramSetup {
  /** Of pod and ConfigMap, and the label `app`. */
  readonly name: string;
  readonly namespace: string;
  /** The project's. */
  readonly image: string;
  /** Path of its first file below `e2e`. */
  readonly main: string;
  /** By name of the container; `$(POD_IP)` is the address of the pod. */
  readonly args: Readonly<Record<string, readonly string[]>>;
}

const E2E = join(import.meta.dirname, '..');
const MOUNT = '/opt/robustmq-meta/dist/e2e';
const FILE = 'program.js';

/**
 * A program and its pod, which is not started again when it ends, for `kubectl create`: apply would keep
 * all of it in an annotation, too, where a program has no room.
 */
export function programPod(setup: ProgramSetup): object {
  const { name, namespace, args } = setup;
  return {
    apiVersion: 'v1',
    kind: 'List',
    items: [
      {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name, namespace },
        data: { [FILE]: bundled(join(E2E, setup.main)) },
      },
      {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name, namespace, labels: { app: name } },
        spec: {
          restartPolicy: 'Never',
          automountServiceAccountToken: false,
          terminationGracePeriodSeconds: 1,
          securityContext: RESTRICTED_POD,
          containers: Object.keys(args).map((container) => containerOf(setup, container)),
          volumes: [{ name: 'program', configMap: { name } }],
        },
      },
    ],
  };
}

const containerOf = ({ image, args }: ProgramSetup, name: string): object => ({
  name,
  image,
  imagePullPolicy: 'IfNotPresent',
  // Files of a ConfigMap are links: where they lead to, the image has nothing.
  command: [...['node', '--preserve-symlinks', '--preserve-symlinks-main'], `${MOUNT}/${FILE}`],
  args: args[name],
  env: [{ name: 'POD_IP', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } }],
  resources: { requests: { cpu: '50m', memory: '64Mi' }, limits: { memory: '256Mi' } },
  securityContext: RESTRICTED_CONTAINER,
  volumeMounts: [{ name: 'program', mountPath: MOUNT, readOnly: true }],
});

/** A program with all that it imports, but for packages: those are in the image. */
function bundled(main: string): string {
  const { outputFiles } = buildSync({
    ...{ entryPoints: [main], bundle: true, packages: 'external', write: false },
    ...{ format: 'esm', platform: 'node', target: 'node24' },
  });
  return outputFiles.map(({ text }) => text).join('');
}
