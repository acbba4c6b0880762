import { isDowngrade, parseImage } from '../../api/image.ts';
import type { MetaSpec } from '../../api/cluster.ts';
import { notOurs } from '../not-ours.ts';
import type { ChildState } from '../observation.ts';
import { podsForAll } from '../ordinals.ts';
import type { Picture } from '../picture.ts';
import { act, stall } from '../step.ts';
import type { Step } from '../step.ts';

/**
 * Brings objects in line with the spec. A StatefulSet with another template restarts nobody by that:
 * pods take it when their turn has come.
 */
export function children(picture: Picture): Step | undefined {
  const { seen } = picture;
  const set = seen.statefulSet;
  const taken = notOurs([
    ...seen.children.map(({ kind, name, state }) => held(`${kind} ${name}`, state)),
    held('the StatefulSet', set?.state),
  ]);
  if (taken) return taken;
  const downgrade = whyDowngrade(picture);
  if (downgrade !== undefined) return stall('DowngradeRefused', downgrade);

  const child = seen.children.find(({ state }) => state === 'missing' || state === 'differs');
  if (child) {
    const { kind, name } = child;
    const message = `${kind} ${name} is brought in line with the spec`;
    return act('ApplyingChildren', message, { kind: 'apply-child', child: kind, name });
  }
  if (set === undefined) {
    return act('ApplyingChildren', 'the StatefulSet is created', {
      kind: 'apply-stateful-set',
      // So that all is known before anything is let go.
      replicas: Math.max(picture.target, podsForAll(picture)),
      bootstrap: seen.cluster.status?.bootstrap,
    });
  }
  if (set.state === 'current') return leftover(picture);
  const { replicas, bootstrap, resourceVersion } = set;
  return act('ApplyingChildren', 'the StatefulSet is brought in line with the spec', {
    kind: 'apply-stateful-set',
    replicas,
    bootstrap,
    resourceVersion,
  });
}

/** Last of all: pods of before may still start with what the StatefulSet names no more. */
function leftover({ seen }: Picture): Step | undefined {
  const child = seen.children.find(({ state }) => state === 'unwanted');
  if (child?.uid === undefined) return undefined;
  const { kind, name, uid } = child;
  const action = { kind: 'delete-child', child: kind, name, uid } as const;
  return act('ApplyingChildren', `${kind} ${name} is needed no more and is deleted`, action);
}

const held = (what: string, state: ChildState | undefined) => ({
  what,
  ownership: state === 'foreign' || state === 'leaving' ? state : ('ours' as const),
});

function whyDowngrade({ seen }: Picture): string | undefined {
  const wanted = versionOf(seen.cluster.spec.meta);
  const run = seen.cluster.status?.version;
  if (wanted === undefined || run === undefined || !isDowngrade(run, wanted)) return undefined;
  return `version ${wanted} is older than ${run}, which all members have run`;
}

const versionOf = ({ version, image = '' }: MetaSpec): string | undefined =>
  version ?? parseImage(image)?.tag;
