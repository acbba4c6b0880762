/**
 * Programs of these tests in a pod. One comes as a ConfigMap, and lies in the project's image beside
 * what it imports from there.
 */
import { readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import ts from 'typescript';

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
/** Where the image has what was built of the rest. */
const MOUNT = '/opt/robustmq-meta/dist/e2e';
const USER = 65_532;

/** A program and its pod, which is not started again when it ends, for `kubectl apply`. */
export function programPod(setup: ProgramSetup): object {
  const { name, namespace, args } = setup;
  const files = [...filesOf(join(E2E, setup.main))];
  return {
    apiVersion: 'v1',
    kind: 'List',
    items: [
      {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name, namespace },
        data: Object.fromEntries(files.map(([path, text]) => [keyOf(path), text])),
      },
      {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name, namespace, labels: { app: name } },
        spec: {
          restartPolicy: 'Never',
          automountServiceAccountToken: false,
          terminationGracePeriodSeconds: 1,
          securityContext: {
            ...{ runAsNonRoot: true, runAsUser: USER, runAsGroup: USER },
            seccompProfile: { type: 'RuntimeDefault' },
          },
          containers: Object.keys(args).map((container) => containerOf(setup, container)),
          volumes: [
            {
              name: 'program',
              configMap: { name, items: files.map(([path]) => ({ key: keyOf(path), path })) },
            },
          ],
        },
      },
    ],
  };
}

const containerOf = ({ image, main, args }: ProgramSetup, name: string): object => ({
  name,
  image,
  imagePullPolicy: 'IfNotPresent',
  // Files of a ConfigMap are links: where they lead to, the image has nothing.
  command: [
    ...['node', '--preserve-symlinks', '--preserve-symlinks-main'],
    `${MOUNT}/${javaScript(main)}`,
  ],
  args: args[name],
  env: [{ name: 'POD_IP', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } }],
  resources: { requests: { cpu: '50m', memory: '64Mi' }, limits: { memory: '256Mi' } },
  securityContext: {
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ['ALL'] },
  },
  volumeMounts: [{ name: 'program', mountPath: MOUNT, readOnly: true }],
});

/** A file and all that it imports below `e2e`, compiled: texts by path there. */
function filesOf(main: string): ReadonlyMap<string, string> {
  const files = new Map<string, string>();
  const add = (file: string): void => {
    const path = javaScript(relative(E2E, file));
    if (path.startsWith('..') || files.has(path)) return;
    const text = compiled(file);
    files.set(path, text);
    for (const { fileName } of ts.preProcessFile(text).importedFiles) {
      if (fileName.startsWith('.')) add(join(dirname(file), fileName.replace(/js$/, 'ts')));
    }
  };
  add(main);
  return files;
}

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

/** Keys of a ConfigMap are no paths. */
const keyOf = (path: string): string => path.replaceAll('/', '.');
