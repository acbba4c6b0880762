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
  items: parseAllDocuments(rendered)
    .map((document) => document.toJS() as Installed)
    .filter(({ kind }) => kind !== 'CustomResourceDefinition')
    .map((each) => (each.kind === 'Deployment' ? running(each as Deployment, image) : each)),
});

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
