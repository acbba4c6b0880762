/**
 * The pod of the recorders: a container for each way, on one node, so that they have one clock. The
 * program comes as a ConfigMap, and lies in the project's image beside what it imports from there.
 */
import { readFileSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import ts from 'typescript';
import { WAYS, type Way } from './line.ts';

export const RECORDERS = 'recorders';

export interface RecordersSetup {
  readonly namespace: string;
  /** The project's. */
  readonly image: string;
  /** Where members are found, by way: `host:port`. */
  readonly addresses: Readonly<Record<Way, readonly string[]>>;
}

const ROOT = join(import.meta.dirname, '..', '..', '..');
const E2E = join(ROOT, 'e2e');
const broker = (name: string): string => join(E2E, 'broker', name);
const SOURCES: readonly string[] = [
  ...['attempt.ts', 'meta-calls.ts', 'refusal.ts'].map(broker),
  ...['kv.ts', 'line.ts', 'main.ts'].map((name) => join(import.meta.dirname, name)),
];
/** Where the image has what was built of the rest. */
const MOUNT = '/opt/robustmq-meta/dist/e2e';
const USER = 65_532;

const compiled = (file: string): string =>
  ts.transpileModule(readFileSync(file, 'utf8'), {
    compilerOptions: {
      target: ts.ScriptTarget.ES2024,
      module: ts.ModuleKind.ESNext,
      rewriteRelativeImportExtensions: true,
      verbatimModuleSyntax: true,
    },
  }).outputText;

const javaScript = (file: string): string => file.replace(/ts$/, 'js');

const container = ({ image, addresses }: RecordersSetup, way: Way): object => ({
  name: way,
  image,
  imagePullPolicy: 'IfNotPresent',
  // Files of a ConfigMap are links: where they lead to, the image has nothing.
  command: [
    ...['node', '--preserve-symlinks', '--preserve-symlinks-main'],
    `${MOUNT}/${javaScript(relative(E2E, join(import.meta.dirname, 'main.ts')))}`,
  ],
  args: [way, ...addresses[way]],
  resources: { requests: { cpu: '50m', memory: '64Mi' }, limits: { memory: '256Mi' } },
  securityContext: {
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ['ALL'] },
  },
  volumeMounts: [{ name: 'program', mountPath: MOUNT, readOnly: true }],
});

/** Program and pod, for `kubectl apply`. They begin at once, and need no members for that. */
export const recorders = (setup: RecordersSetup): object => ({
  apiVersion: 'v1',
  kind: 'List',
  items: [
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: RECORDERS, namespace: setup.namespace },
      data: Object.fromEntries(SOURCES.map((file) => [javaScript(basename(file)), compiled(file)])),
    },
    {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: RECORDERS, namespace: setup.namespace, labels: { app: RECORDERS } },
      spec: {
        restartPolicy: 'Never',
        automountServiceAccountToken: false,
        terminationGracePeriodSeconds: 1,
        securityContext: {
          ...{ runAsNonRoot: true, runAsUser: USER, runAsGroup: USER },
          seccompProfile: { type: 'RuntimeDefault' },
        },
        containers: WAYS.map((way) => container(setup, way)),
        volumes: [
          {
            name: 'program',
            configMap: {
              name: RECORDERS,
              items: SOURCES.map((file) => ({
                key: javaScript(basename(file)),
                path: javaScript(relative(E2E, file)),
              })),
            },
          },
        ],
      },
    },
  ],
});
