/** The operator as people install it: `charts/install.yaml`. */
import { readFileSync } from 'node:fs';
import { parseAllDocuments } from 'yaml';
import { INSTALL_FILE, RELEASE } from '../chart/render.ts';

export const OPERATOR_NAMESPACE = RELEASE;

interface Installed {
  readonly kind: string;
}

interface Deployment extends Installed {
  readonly spec: {
    readonly template: {
      readonly spec: {
        readonly containers: { image: string; args: string[] }[];
      };
    };
  };
}

/**
 * Its objects with an image that is there, for `kubectl apply`; the definition of the resource is apart.
 *
 * @param rendered another chart than that of the file.
 */
export const installation = (
  image: string,
  rendered = readFileSync(INSTALL_FILE, 'utf8'),
): object => ({
  apiVersion: 'v1',
  kind: 'List',
  items: objectsIn(rendered)
    .filter(({ kind }) => kind !== 'CustomResourceDefinition')
    .map((each) => (each.kind === 'Deployment' ? running(each as Deployment, image) : each)),
});

const objectsIn = (rendered: string): readonly Installed[] =>
  parseAllDocuments(rendered).map((document) => document.toJS() as Installed);

/** What its processes are started with, without what only a pod knows. Throws when the file has no Deployment. */
export function operatorFlags(): readonly string[] {
  const found = objectsIn(readFileSync(INSTALL_FILE, 'utf8')).find(
    ({ kind }) => kind === 'Deployment',
  ) as Deployment | undefined;
  const [container] = found?.spec.template.spec.containers ?? [];
  if (container === undefined) {
    throw new Error(`${INSTALL_FILE} has no Deployment: run npm run generate:install`);
  }
  return container.args;
}

function running(deployment: Deployment, image: string): Deployment {
  const repository = image.slice(0, image.lastIndexOf(':'));
  for (const container of deployment.spec.template.spec.containers) {
    container.image = image;
    container.args = container.args.map((arg) =>
      arg.startsWith('--image-repository=') ? `--image-repository=${repository}` : arg,
    );
  }
  return deployment;
}
