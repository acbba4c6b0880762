/** The operator as people install it: `charts/install.yaml`. */
import { readFileSync } from 'node:fs';
import { parseAllDocuments } from 'yaml';
import { INSTALL_FILE, RELEASE } from '../chart/render.ts';
import { confined } from './confined.ts';
import { withContainers, type Installed } from './installed.ts';

export const OPERATOR_NAMESPACE = RELEASE;

/** All of its objects; the definition of the resource is apart. */
export const installedObjects = (): readonly Installed[] =>
  parseAllDocuments(readFileSync(INSTALL_FILE, 'utf8'))
    .map((document) => document.toJS() as Installed)
    .filter(({ kind }) => kind !== 'CustomResourceDefinition');

/**
 * Its objects with an image that is there, for `kubectl apply`.
 *
 * @param namespace for which alone it is, and in which. Undefined: for all, in one of its own.
 */
export function installation(image: string, namespace?: string): object {
  const objects = installedObjects().map((each) => running(each, image));
  const items = namespace === undefined ? objects : confined(objects, namespace);
  return { apiVersion: 'v1', kind: 'List', items };
}

/** What its processes are started with, without what only a pod knows. Throws when the file has no Deployment. */
export function operatorFlags(): readonly string[] {
  const found = installedObjects().find(({ kind }) => kind === 'Deployment');
  const [container] = found?.spec?.template?.spec.containers ?? [];
  if (container === undefined) {
    throw new Error(`${INSTALL_FILE} has no Deployment: run npm run generate:install`);
  }
  return container.args;
}

function running(each: Installed, image: string): Installed {
  const repository = image.slice(0, image.lastIndexOf(':'));
  return withContainers(each, (container) => ({
    ...container,
    image,
    args: container.args.map((arg) =>
      arg.startsWith('--image-repository=') ? `--image-repository=${repository}` : arg,
    ),
  }));
}
