/** A cluster that somebody else runs, used in a namespace of one's own and nowhere else. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { claim, runOf, type Run } from '../cluster/run.ts';
import { removeTraces } from '../cluster/traces.ts';
import type { ProjectImage } from '../image/project-image.ts';
import { CLUSTERS } from '../../../operator/resources/kinds.ts';
import { INSTANCE_LABEL } from '../operator/confined.ts';
import { MissingToolError } from '../../processes/missing-tool.ts';
import { toolOf, type Command } from './tools.ts';

/** A program of the machine, not of a package. */
const KUBECTL = 'kubectl';
const ANSWER_LIMIT = '--request-timeout=3s';
/** Says which namespace is ours; its presence tells a borrowed cluster from one of our own. */
const namespaceFile = ({ directory }: Run): string => join(directory, 'namespace');
/** There is more of ours than that. */
const beyondFile = ({ directory }: Run): string => join(directory, 'beyond-namespace');

/** The namespace that is ours in a cluster of somebody else; also the name of what we have in none. */
export const namespaceOf = ({ name }: Pick<Run, 'name'>): string => `robustmq-${name}`;

function run(bin: string, args: readonly string[]): string {
  const { error, status, stdout, stderr } = spawnSync(bin, args, { encoding: 'utf8' });
  if (error !== undefined) {
    throw new MissingToolError(`Install ${bin}: an existing cluster is reached by it.`);
  }
  if (status !== 0) throw new Error(`${bin} ${args.join(' ')}: ${stderr.trim()}`);
  return stdout;
}

/** The context of a cluster that was made to try things on, and answers; undefined: there is none. */
export function findContext(): string | undefined {
  const { status, stdout } = spawnSync(KUBECTL, ['config', 'get-contexts', '--output=name'], {
    encoding: 'utf8',
  });
  if (status !== 0) return undefined;
  return stdout.split('\n').find((context) => toolOf(context) !== undefined && answers(context));
}

function answers(context: string): boolean {
  const ask = ['get', '--raw=/readyz', `--context=${context}`, ANSWER_LIMIT];
  return spawnSync(KUBECTL, ask, { encoding: 'utf8' }).status === 0;
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
    makeNamespace(own, context, namespaceOf(own));
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

/**
 * Before anything is put there that has no namespace, and a label with the name of ours: `leaveCluster`
 * takes it away, too.
 */
export const reachBeyond = (own: Run): void => writeFileSync(beyondFile(own), '');

/** Removes the namespace of this name, if it is one of an existing cluster. False: it is none. */
export async function leaveCluster(name: string): Promise<boolean> {
  const own = runOf(name);
  if (!existsSync(namespaceFile(own))) return false;
  const namespace = readFileSync(namespaceFile(own), 'utf8');
  const kubectl = (...args: readonly string[]): string =>
    run(KUBECTL, [`--kubeconfig=${own.kubeconfig}`, ...args]);
  kubectl('delete', 'namespace', namespace, '--ignore-not-found', '--wait');
  if (existsSync(beyondFile(own))) {
    const ours = `--selector=${INSTANCE_LABEL}=${namespace}`;
    kubectl('delete', 'clusterroles,clusterrolebindings', ours);
    const definition = kubectl('get', 'customresourcedefinitions', ours, '-o=name').trim();
    // With the definition would go whatever others have made of it meanwhile.
    if (definition !== '' && kubectl('get', CLUSTERS.plural, '-A', '-o=name').trim() === '') {
      kubectl('delete', definition);
    }
  }
  await removeTraces(own);
  return true;
}
