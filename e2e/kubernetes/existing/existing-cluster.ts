/** A cluster that somebody else runs, used in a namespace of one's own and nowhere else. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { claim, runOf, type Run } from '../cluster/run.ts';
import { removeTraces } from '../cluster/traces.ts';
import type { ProjectImage } from '../image/project-image.ts';
import { MissingToolError } from '../../processes/missing-tool.ts';
import { toolOf, type Command } from './tools.ts';

/** A program of the machine, not of a package. */
const KUBECTL = 'kubectl';
/** Says which namespace is ours; its presence tells a borrowed cluster from one of our own. */
const namespaceFile = ({ directory }: Run): string => join(directory, 'namespace');

function run(bin: string, args: readonly string[]): string {
  const { error, status, stdout, stderr } = spawnSync(bin, args, { encoding: 'utf8' });
  if (error !== undefined) {
    throw new MissingToolError(`Install ${bin}: an existing cluster is reached by it.`);
  }
  if (status !== 0) throw new Error(`${bin} ${args.join(' ')}: ${stderr.trim()}`);
  return stdout;
}

/** The context of a cluster that was made to try things on; undefined: there is none. */
export function findContext(): string | undefined {
  const { status, stdout } = spawnSync(KUBECTL, ['config', 'get-contexts', '--output=name'], {
    encoding: 'utf8',
  });
  if (status !== 0) return undefined;
  return stdout.split('\n').find((context) => toolOf(context) !== undefined);
}

/**
 * Makes a namespace there, and a kubeconfig that is for this context and namespace; loads the image,
 * if there is one to load. Throws when the namespace exists, or the cluster does not answer.
 */
export async function useCluster(
  name: string,
  context: string,
  image?: ProjectImage,
): Promise<Run> {
  const loading = image && commandToLoad(context, image);
  const own = runOf(name);
  if (!claim(own)) throw new Error(`a cluster named ${name} is up already`);
  try {
    makeNamespace(own, context, `robustmq-${name}`);
  } catch (error) {
    await removeTraces(own);
    throw error;
  }
  if (loading !== undefined) run(...loading);
  return own;
}

function makeNamespace(own: Run, context: string, namespace: string): void {
  const view = ['config', 'view', '--minify', '--flatten', `--context=${context}`];
  writeFileSync(own.kubeconfig, run(KUBECTL, view), { mode: 0o600 });
  const kubeconfig = `--kubeconfig=${own.kubeconfig}`;
  run(KUBECTL, [kubeconfig, 'config', 'set-context', context, `--namespace=${namespace}`]);
  run(KUBECTL, [kubeconfig, 'create', 'namespace', namespace]);
  writeFileSync(namespaceFile(own), namespace);
}

function commandToLoad(context: string, { archive }: ProjectImage): Command {
  const tool = toolOf(context);
  if (tool === undefined) {
    throw new MissingToolError(
      `Say by --image which image ${context} can pull: only kind, k3d and minikube are given one.`,
    );
  }
  return tool.load(context, archive);
}

/** Removes the namespace of this name, if it is one of an existing cluster. False: it is none. */
export async function leaveCluster(name: string): Promise<boolean> {
  const own = runOf(name);
  if (!existsSync(namespaceFile(own))) return false;
  const namespace = readFileSync(namespaceFile(own), 'utf8');
  const kubeconfig = `--kubeconfig=${own.kubeconfig}`;
  run(KUBECTL, [kubeconfig, 'delete', 'namespace', namespace, '--ignore-not-found', '--wait']);
  await removeTraces(own);
  return true;
}
