import { deepEqual, equal, ok } from 'node:assert/strict';
import { confined, INSTANCE_LABEL } from './confined.ts';
import { installedObjects } from './installation.ts';

const HERE = 'robustmq-here';

describe('an operator for one namespace', () => {
  const objects = confined(installedObjects(), HERE);
  const ofKind = (kind: string) => objects.filter((each) => each.kind === kind);

  it('leaves nothing elsewhere but rights to read what is in no namespace', () => {
    const elsewhere = objects.filter(({ metadata }) => metadata.namespace !== HERE);
    deepEqual(
      elsewhere.map(({ kind, metadata }) => [
        kind,
        metadata.name,
        metadata.labels?.[INSTANCE_LABEL],
      ]),
      ['ClusterRole', 'ClusterRoleBinding'].map((kind) => [kind, HERE, HERE]),
    );
    const [role, binding] = elsewhere;
    deepEqual(
      role!.rules!.flatMap(({ resources }) => resources),
      ['persistentvolumes', 'nodes', 'storageclasses'],
    );
    deepEqual(binding!.roleRef?.name, HERE);
    equal(ofKind('Namespace').length, 0);
  });

  it('has all other rights that the file gives, there', () => {
    const given = installedObjects().flatMap(({ rules = [] }) => rules);
    deepEqual(
      new Set(objects.flatMap(({ rules = [] }) => rules).map((each) => JSON.stringify(each))),
      new Set(given.map((each) => JSON.stringify(each))),
    );
    for (const { kind, name } of ofKind('RoleBinding').map((each) => each.roleRef!)) {
      equal(kind, 'Role');
      ok(
        ofKind('Role').some(({ metadata }) => metadata.name === name),
        name,
      );
    }
    for (const each of objects.flatMap(({ subjects = [] }) => subjects)) {
      equal((each as { readonly namespace: string }).namespace, HERE);
    }
  });

  it('watches it, and no other', () => {
    const [deployment] = ofKind('Deployment');
    const [container] = deployment!.spec!.template!.spec.containers;
    equal(container!.args.at(-1), `--namespace=${HERE}`);
  });
});
