import { isDowngrade, parseImage } from '../../api/image.ts';
import { notOurs } from '../not-ours.ts';
import type { ChildState, Observation, SeenChild } from '../observation.ts';
import { podsForAll } from '../ordinals.ts';
import { votersOf } from '../picture.ts';
import type { Picture } from '../picture.ts';
import { act, holdingTemplates, stall } from '../step.ts';
import type { Step } from '../step.ts';

/**
 * Brings objects in line with the spec. A StatefulSet with another template restarts nobody by that:
 * pods take it when their turn has come.
 */
export function children(picture: Picture): Step | undefined {
  const { seen } = picture;
  const set = seen.statefulSet;
  const taken = notOurs([held('the StatefulSet', set?.state)]);
  if (taken) return taken;
  // They would be found empty, or not, depending on who is faster.
  const leaving = notOurs(
    seen.volumes
      .filter((volume) => volume.leaving)
      .map(({ name }) => ({ what: name, ownership: 'leaving' })),
  );
  if (leaving) return leaving;
  const disputed = notOurs(
    seen.children.map(({ kind, name, state }) => held(`${kind} ${name}`, state)),
  );
  if (disputed) return set === undefined ? disputed : holdingTemplates(disputed);
  const downgrade = whyDowngrade(picture);
  if (downgrade !== undefined) return holdingTemplates(stall('DowngradeRefused', downgrade));

  const due = seen.children.filter(({ state }) => state === 'missing' || state === 'differs');
  const child = due.find(({ refusal }) => refusal === undefined);
  if (child) {
    const { kind, name } = child;
    const message = `${kind} ${name} is brought in line with the spec`;
    return act('ApplyingChildren', message, { kind: 'apply-child', child: kind, name });
  }
  const refused = whyRefused(seen, due);
  if (refused !== undefined) {
    const stalled = stall('ChildRefused', refused);
    return set === undefined ? stalled : holdingTemplates(stalled);
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

/** Pods may need any of the others, so that the StatefulSet waits for all of them. */
function whyRefused(
  { statefulSetRefusal }: Observation,
  due: readonly SeenChild[],
): string | undefined {
  const [child] = due;
  const what = child === undefined ? 'the StatefulSet' : `${child.kind} ${child.name}`;
  const why = child === undefined ? statefulSetRefusal : child.refusal;
  return why === undefined ? undefined : `${what} is refused by the API server: ${why}`;
}

/**
 * Last of all: pods of before may still start with what the StatefulSet names no more. Drains are held back
 * for as long as there are several pods, however few are wanted.
 */
function leftover({ seen }: Picture): Step | undefined {
  const protects = (seen.statefulSet?.replicas ?? 0) > 1;
  const child = seen.children.find(
    ({ kind, state }) => state === 'unwanted' && !(protects && kind === 'PodDisruptionBudget'),
  );
  if (child?.uid === undefined) return undefined;
  const { kind, name, uid } = child;
  const action = { kind: 'delete-child', child: kind, name, uid } as const;
  return act('ApplyingChildren', `${kind} ${name} is needed no more and is deleted`, action);
}

const held = (what: string, state: ChildState | undefined) => ({
  what,
  ownership: state === 'foreign' || state === 'leaving' ? state : ('ours' as const),
});

/**
 * A version is that of the program, which members tell. The tag of an image may count otherwise, and can be
 * compared with tags of the same repository alone.
 */
function whyDowngrade(picture: Picture): string | undefined {
  const { spec, status } = picture.seen.cluster;
  const { version, image = '' } = spec.meta;
  const run = status?.version;
  if (version !== undefined) {
    if (run === undefined || !isDowngrade(run, version)) return undefined;
    return `version ${version} is older than ${run}, which all members have run`;
  }
  const images = votersOf(picture).flatMap(({ pod }) => pod?.image ?? []);
  const [first] = images;
  if (first === undefined || !images.every((each) => isOlder(image, each))) return undefined;
  return `image ${image} is older than ${first}, which all members run`;
}

function isOlder(reference: string, than: string): boolean {
  const [one, other] = [parseImage(reference), parseImage(than)];
  return (
    one?.tag !== undefined &&
    other?.tag !== undefined &&
    one.repository === other.repository &&
    isDowngrade(other.tag, one.tag)
  );
}
