/** The status that a cluster should have: what was seen, and the step that is next. */
import type { ClusterStatus, MemberStatus } from '../api/cluster.ts';
import { mergeConditions } from '../api/condition.ts';
import { isDowngrade } from '../api/image.ts';
import { podOrdinal, selectorLabels } from '../api/names.ts';
import { conditionsOf } from './conditions.ts';
import { recentReplacements } from './concerns/replace.ts';
import { learnersOf, votersOf } from './picture.ts';
import type { Picture } from './picture.ts';
import type { Step } from './step.ts';

/** No indexes and no lags: in a steady state it is always the same, and nothing is written. */
export function statusOf(picture: Picture, step: Step | undefined): ClusterStatus {
  const { seen, leader, target } = picture;
  const { metadata, status: before = {} } = seen.cluster;
  const healthy = votersOf(picture).filter((voter) => voter.healthy).length;
  const known = isPassing(picture) ? undefined : leader;
  const version = (known && versionOf(picture)) ?? before.version;
  const clusterId = known?.status.clusterId ?? before.clusterId;
  return {
    observedGeneration: metadata.generation,
    operator: seen.operator,
    conditions: mergeConditions(
      before.conditions ?? [],
      conditionsOf(picture, step),
      metadata.generation,
      seen.now.text,
    ),
    replicas: seen.pods.length,
    selector: Object.entries(selectorLabels(metadata.name))
      .map(([label, value]) => `${label}=${value}`)
      .join(','),
    ready: `${healthy}/${target}`,
    voters: votersOf(picture).length,
    learners: learnersOf(picture).length,
    members: membersOf(picture),
    ...brokersOf(picture),
    ...(leader && { leader: leader.name }),
    ...(version !== undefined && { version }),
    ...(clusterId !== undefined && { clusterId }),
    ...historyOf(picture, step),
  };
}

/**
 * Whether a cluster that nobody knows yet is on its way out, with all of its volumes: once its name is
 * written down, no other one is begun.
 */
function isPassing({ seen, leader }: Picture): boolean {
  const stays = seen.pods.some(
    ({ ordinal, status }) =>
      status?.clusterId === leader?.status.clusterId &&
      seen.volumes.some((volume) => volume.ordinal === ordinal && !volume.deleting),
  );
  return seen.cluster.status?.clusterId === undefined && !stays;
}

/** While nobody can be asked, those that were: a survivor that goes on alone is known by its entry. */
function membersOf(picture: Picture): MemberStatus[] {
  if (picture.configuration === undefined) return picture.seen.cluster.status?.members ?? [];
  const learning = new Set(learnersOf(picture));
  return [...picture.members]
    .sort((a, b) => a.id - b.id)
    .map((member) => {
      const version = member.pod?.status.versions?.server;
      return {
        id: member.id,
        directory: member.directory,
        standing: member.voter ? 'Voter' : learning.has(member) ? 'Learner' : 'Leaving',
        ...(member.pod && { pod: member.pod.name }),
        ...(version !== undefined && { version }),
      };
    });
}

/** As many ids as the status has room for. */
const BROKER_IDS_MAX = 256;

/** While nobody leads, those who were there when somebody did. */
function brokersOf({ seen, leader }: Picture): Pick<ClusterStatus, 'brokers'> {
  const ids = leader?.status.brokerIds;
  const before = seen.cluster.status?.brokers;
  if (ids === undefined) return before === undefined ? {} : { brokers: before };
  // A patch that takes the last one away leaves no list.
  const shown = ids.length > 0 && { ids: ids.slice(0, BROKER_IDS_MAX) };
  return { brokers: { count: ids.length, ...shown } };
}

/** The version that all voters run, unless one has been run that is newer. */
function versionOf(picture: Picture): string | undefined {
  const voters = votersOf(picture);
  const versions = new Set(
    voters.map(({ healthy, pod }) => (healthy ? pod?.status.versions?.server : undefined)),
  );
  const [version] = versions;
  const before = picture.seen.cluster.status?.version;
  if (versions.size !== 1 || version === undefined) return undefined;
  return before !== undefined && isDowngrade(before, version) ? before : version;
}

type History = Pick<
  ClusterStatus,
  'bootstrap' | 'incident' | 'recovery' | 'replacements' | 'learnerRetries'
>;

/** Both places that have it are to, whichever was lost: a cluster is begun once. */
function begunBy({ statefulSet: set }: Picture['seen']): ClusterStatus['bootstrap'] {
  return set?.state === 'current' || set?.state === 'differs' ? set.bootstrap : undefined;
}

/** What has to be remembered, because nobody can be asked for it. */
function historyOf(picture: Picture, step: Step | undefined): History {
  const { seen, leader } = picture;
  const { bootstrap = begunBy(seen), incident, recovery } = seen.cluster.status ?? {};
  const wanted = seen.cluster.spec.meta.recovery;
  const recovered = leader && incident && wanted?.incident === incident.id ? wanted : recovery;
  const replacements = recentReplacements(seen);
  const learnerRetries = retriesOf(picture);
  return {
    ...(bootstrap && { bootstrap }),
    ...(recovered && { recovery: recovered }),
    // An incident ends when somebody leads, and not because nobody answers.
    ...(incident && !leader && { incident }),
    ...(replacements.length > 0 && { replacements }),
    ...(learnerRetries.length > 0 && { learnerRetries }),
    ...step?.record,
  };
}

/** Forgotten once the pod has a voter, or is not wanted any more. */
function retriesOf(picture: Picture): NonNullable<ClusterStatus['learnerRetries']> {
  const { seen, target } = picture;
  const { metadata, status } = seen.cluster;
  const done = new Set(votersOf(picture).map(({ pod }) => pod?.name));
  return (status?.learnerRetries ?? []).filter(
    ({ pod }) => !done.has(pod) && (podOrdinal(metadata.name, pod) ?? 0) < target,
  );
}
