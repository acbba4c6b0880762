import { CERTIFICATES } from './certificates.ts';
import { plan } from './planner-mutant.ts';
import type { PlannerMutant } from './planner-mutant.ts';
import { QUORUM_LOSSES } from './quorum-losses.ts';

/** Bugs of the planner, and of the way from it to the world; each is caught by the simulator. */
export const MUTANTS: readonly PlannerMutant[] = [
  {
    name: 'restart without a quorum',
    seed: 11,
    description: 'A pod is restarted whoever else is healthy.',
    edits: [
      {
        file: plan('safety.ts'),
        find: '  return left.length >= needed ? undefined : short(left.length, needed);',
        replace: '  return left.length >= 0 ? undefined : short(left.length, needed);',
      },
      {
        file: plan('concerns/roll.ts'),
        find: '  if (unproven) {',
        replace: '  if (unproven && pods.length === 0) {',
      },
    ],
    caughtBy: ['healthy voters are a quorum'],
  },
  {
    name: 'change without a quorum',
    seed: 24,
    description: 'Voters are removed and promoted whoever is healthy.',
    edits: [
      {
        file: plan('safety.ts'),
        find: '    if (healthy < needed) return short(healthy, needed);',
        replace: '    if (healthy < 0) return short(healthy, needed);',
      },
    ],
    caughtBy: ['healthy voters are a quorum', 'volumes of members are kept', 'convergence'],
  },
  {
    name: 'one more learner',
    seed: 2,
    description: 'A lost voter is replaced while another learner has not become one.',
    edits: [
      {
        file: plan('concerns/replace.ts'),
        find: 'const learning = learnersOf(picture);',
        replace: 'const learning = learnersOf(picture).slice(9);',
      },
    ],
    caughtBy: ['one change at a time'],
  },
  {
    name: 'pods before members',
    seed: 14,
    description: 'The StatefulSet shrinks before the members on it are removed.',
    edits: [
      {
        file: plan('concerns/scale.ts'),
        find: '?? grow(picture) ?? shrink(picture) ?? fewerPods(picture)',
        replace: '?? grow(picture) ?? fewerPods(picture) ?? shrink(picture)',
      },
    ],
    caughtBy: ['voters have pods'],
  },
  {
    name: 'wipe without a look',
    seed: 1,
    description: 'A volume is deleted whoever belongs to it.',
    edits: [
      {
        file: plan('wipe.ts'),
        find: 'if (leader === undefined || inUse) return undefined;',
        replace: 'if (leader === undefined || (inUse && members.length === 0)) return undefined;',
      },
      {
        file: plan('concerns/scale.ts'),
        find: '    ...unusedVolumes(picture),',
        replace: '    ...seen.volumes.map(({ ordinal }) => ordinal),',
      },
    ],
    caughtBy: ['volumes of members are kept'],
  },
  ...QUORUM_LOSSES,
  {
    name: 'bootstrap again',
    seed: 17,
    description: 'An empty cluster is begun although the status says that there was one.',
    edits: [
      {
        file: plan('concerns/founding.ts'),
        find: '|| statefulSet === undefined || clusterId !== undefined)',
        replace: '|| statefulSet === undefined)',
      },
      {
        file: plan('concerns/founding.ts'),
        find: 'begin(picture, statefulSet, statefulSet.bootstrap ?? bootstrap)',
        replace: 'begin(picture, statefulSet, bootstrap && statefulSet ? undefined : bootstrap)',
      },
    ],
    caughtBy: ['one bootstrap'],
  },
  {
    name: "another resource's cluster",
    seed: 15,
    description:
      'What a resource left that was deleted before is taken for its own by the next one.',
    edits: [
      {
        file: plan('picture.ts'),
        find: 'volume.ordinal === ordinal && volume.leaving);',
        replace: "volume.ordinal === ordinal && volume.uid === '');",
      },
      {
        file: plan('status.ts'),
        find: 'isPassing(picture) ? undefined : leader;',
        replace: 'isPassing(picture) && leader === undefined ? undefined : leader;',
      },
    ],
    caughtBy: ['a new resource begins a cluster'],
  },
  {
    name: 'bad image for ever',
    seed: 3,
    description: 'Pods that are outdated wait for their members to be healthy.',
    edits: [
      {
        file: plan('plan.ts'),
        find: "  { name: 'outdated', plan: outdated, always: true },\n",
        replace: '',
      },
      {
        file: plan('plan.ts'),
        find: "import { outdated } from './concerns/outdated.ts';\n",
        replace: '',
      },
    ],
    caughtBy: ['convergence'],
  },
  {
    name: 'pods taken by hand stay away',
    description: 'Nobody gives pods back while nobody leads.',
    edits: [
      {
        file: plan('concerns/pods.ts'),
        find: 'set.replicas >= needed) return',
        replace: 'set.replicas >= 0) return',
      },
    ],
    caughtBy: ['convergence'],
  },
  {
    name: 'lost members are kept',
    seed: 2,
    description: 'A voter whose directory is gone is not replaced.',
    edits: [
      {
        file: plan('picture.ts'),
        find: 'lost: pod === undefined && isElsewhere(home?.status, directory)',
        replace: 'lost: false && isElsewhere(home?.status, directory)',
      },
    ],
    caughtBy: ['convergence'],
  },
  {
    name: 'status that is never the same',
    seed: 1,
    description: 'The status is written whatever it was before.',
    edits: [
      {
        file: plan('plan.ts'),
        find: 'if (!sameData(status, seen.cluster.status)) {',
        replace: 'if (!sameData(status, seen.cluster.status) || step === undefined) {',
      },
    ],
    caughtBy: ['a status is written when it changes'],
  },
  {
    name: 'pause that is not heeded',
    seed: 11,
    description: 'Everything goes on although spec.paused is true.',
    edits: [
      {
        file: plan('concerns/paused.ts'),
        find: 'seen.cluster.spec.paused ?',
        replace: "seen.cluster.metadata.name === '' ?",
      },
    ],
    caughtBy: ['paused is left alone'],
  },
  {
    name: 'silence is death',
    seed: 19,
    description: 'A pod that does not answer the operator is taken for one that serves nobody.',
    edits: [
      {
        file: plan('safety.ts'),
        find: 'if (pod.status === undefined) return !pod.containersReady && !isHeard(picture, pod);',
        replace: 'if (pod.status === undefined) return true;',
      },
    ],
    caughtBy: ['healthy voters are a quorum'],
  },
  {
    name: 'unready is death',
    seed: 19,
    description: 'A pod that is unready and silent serves nobody, whatever the leader hears.',
    edits: [
      {
        file: plan('safety.ts'),
        find: 'return !pod.containersReady && !isHeard(picture, pod);',
        replace: 'return !(pod.ready || (pod.deleting && isHeard(picture, pod)));',
      },
    ],
    caughtBy: ['healthy voters are a quorum'],
  },
  {
    name: 'silence is health',
    seed: 11,
    description: 'A member that does not answer counts as a healthy one.',
    edits: [
      {
        file: plan('picture.ts'),
        find: 'healthy: runs && caughtUp,',
        replace: 'healthy: pod === undefined || (runs && caughtUp),',
      },
    ],
    caughtBy: ['healthy voters are a quorum'],
  },
  {
    name: 'stuck for ever',
    description: 'Nobody notices that a learner receives nothing.',
    edits: [
      {
        file: plan('stuck-learners.ts'),
        find: '>= STUCK_MS;',
        replace: '>= 1_000 * STUCK_MS;',
      },
    ],
    caughtBy: ['convergence'],
  },
  {
    name: 'tried again and again',
    description: 'A learner that is stuck is given up each time, and nobody hears of it.',
    edits: [
      {
        file: plan('concerns/learners.ts'),
        find: 'pod === name && directory !== stuck.directory',
        replace: 'pod === name && directory === undefined',
      },
    ],
    caughtBy: ['one fresh attempt'],
  },
  {
    name: 'given up without a word',
    description:
      'A directory that was given up is left to hear of that, and is used again until then.',
    edits: [
      {
        file: plan('picture.ts'),
        find: 'directory === status.directory)) return',
        replace: 'directory === status.directory && leads(status))) return',
      },
    ],
    caughtBy: ['convergence', 'one fresh attempt'],
  },
  {
    name: 'stalled in silence',
    seed: 1,
    description: 'Nobody is called when a person is needed.',
    edits: [
      {
        file: plan('news.ts'),
        find: 'if (is === was) return undefined;',
        replace: 'if (is === was || was === undefined) return undefined;',
      },
    ],
    caughtBy: ['everything is told'],
  },
  {
    name: 'learners are not given up',
    seed: 86,
    description: 'A learner that is not wanted any more goes on learning.',
    edits: [
      {
        file: plan('concerns/learners.ts'),
        find: 'learner.lost || !isWanted(picture, learner)',
        replace: 'learner.lost && !isWanted(picture, learner)',
      },
    ],
    caughtBy: ['convergence'],
  },
  {
    name: 'decided once',
    course: 'paused unheard',
    seed: 10,
    description: 'What cannot be taken back is done as the cache has it.',
    edits: [
      {
        file: 'operator/reconcile/reconcile.ts',
        find: 'if (DECIDED_TWICE[action.kind]) {',
        replace: 'if (DECIDED_TWICE[action.kind] && memory.progress.size > 99) {',
      },
    ],
    caughtBy: ['paused is left alone'],
  },
  ...CERTIFICATES,
  {
    name: 'unanswered, untold',
    seed: 21,
    description: 'What may have been done, as no answer came, is not told.',
    edits: [
      {
        file: 'operator/reconcile/reconcile.ts',
        find: 'if (news !== undefined && isUnanswered(error)) parts.tell(cluster, unanswered(action, news));',
        replace: 'if (news !== undefined && isUnanswered(error)) void unanswered(action, news);',
      },
    ],
    caughtBy: ['everything is told'],
  },
];
