/** One journey, from an empty namespace to what was found. */
import { posturesOf } from '../../../operator/sim/traces/posture.ts';
import type { Finding, SecondOpinion } from '../../chaos/judge.ts';
import { makeNamespace } from '../namespace.ts';
import type { History } from '../recorders/history.ts';
import { startRecorders, type Recording } from '../recorders/recording.ts';
import { carryOut } from './carry-out.ts';
import { disagreements } from '../health/agreement.ts';
import type { Ground } from '../operator/ground.ts';
import { uninstallAgain } from '../operator/second.ts';
import { judge } from './judge.ts';
import { replicasMaxOf, replicasOf, type Journey } from './journey.ts';
import { nodesInService } from './nodes-in-service.ts';
import { addressesOf } from './sample.ts';
import { createStage, type Stage } from './stage.ts';
import { wordsOf } from './steps.ts';

/** A step, and how long until it was done, and all was well again if that was waited for. */
export interface Leg {
  readonly words: string;
  readonly tookMs: number;
  /** The longest time without an acknowledged write that ended during it. */
  readonly gapMs: number;
}

export interface Report {
  readonly journey: string;
  readonly legs: readonly Leg[];
  readonly history: History;
  /** What the resource became, one after the other. */
  readonly postures: readonly string[];
  readonly findings: readonly Finding[];
}

export interface RunSetup {
  readonly ground: Ground;
  readonly namespace: string;
  readonly checker?: SecondOpinion | undefined;
  /** Hears of each step when it begins, and when it is done. */
  readonly show?: (leg: Pick<Leg, 'words'> & Partial<Leg>) => void;
  /** Gets what there is to look at while it lasts. */
  readonly begun?: (stage: Stage, recording: Recording) => void;
  /** At the end of the way, while all of it is there. */
  readonly arrived?: () => void;
}

/** Makes the namespace, and leaves it to be looked at. Rejects when a step cannot be done in time. */
export async function runJourney(journey: Journey, setup: RunSetup): Promise<Report> {
  const { ground, namespace } = setup;
  if (ground.cluster.own !== undefined) await nodesInService(ground.kubectl);
  makeNamespace(ground.kubectl, namespace);
  const stage = createStage(ground, namespace, journey);
  const recording = startRecorders(ground.kubectl, {
    ...{ namespace, image: ground.image },
    addresses: addressesOf(namespace, replicasMaxOf(journey)),
  });
  setup.begun?.(stage, recording);
  try {
    return await travel(journey, setup, stage, recording);
  } finally {
    recording.stop();
    await stage.dispose();
  }
}

async function travel(
  { name, whileCreated = [], steps, expected, ...journey }: Journey,
  { show, arrived, checker }: RunSetup,
  stage: Stage,
  recording: Recording,
): Promise<Report> {
  const legs: Leg[] = [];
  const go = async (words: string, work: () => Promise<unknown>): Promise<void> => {
    show?.({ words });
    const begin = performance.now();
    const sinceMs = recording.latestMs();
    await work();
    const tookMs = performance.now() - begin;
    const leg = { words, tookMs, gapMs: recording.longestGapMs(sinceMs) };
    show?.(leg);
    legs.push(leg);
  };
  const replicas = replicasOf(journey);
  await go([`create ${replicas}`, ...whileCreated.map(wordsOf)].join(', '), async () => {
    stage.create(replicas);
    for (const step of whileCreated) await carryOut(step, { stage, recording, since: 0 });
    await stage.settled();
  });
  const created = stage.seen.length;
  await recording.more(FIRST_WRITES);
  const createdMs = recording.latestMs();
  let since = created;
  for (const [at, step] of steps.entries()) {
    if (step.does === 'settle') continue;
    const begun = stage.seen.length;
    await go(wordsOf(step), async () => {
      await carryOut(step, { stage, recording, since });
      if (steps[at + 1]?.does === 'settle') await stage.settled();
    });
    since = begun;
  }
  await recording.more(LAST_WRITES);
  arrived?.();
  const history = await recording.end();
  const clusters = stage.seen.map(({ cluster }) => cluster);
  const findings = [
    ...judge(expected, { seen: stage.seen, created, createdMs, history }, checker),
    { claim: 'programs that read its health agree', contradictions: await disagreements(clusters) },
  ];
  const postures = posturesOf(clusters);
  return { journey: name, legs, history, postures, findings };
}

const FIRST_WRITES = 10;
const LAST_WRITES = 10;

/** Takes the namespace away, and a second operator, and gives back the first one, and nodes that were to have no pods. */
export function leaveJourney(
  ground: Ground,
  namespace: string,
  { wait }: { readonly wait: boolean } = { wait: false },
): void {
  const { kubectl, cluster } = ground;
  kubectl('delete', 'namespace', namespace, `--wait=${wait}`);
  uninstallAgain(ground);
  kubectl('scale', 'deployment/robustmq-operator', '-n', ground.operator, '--replicas=2');
  if (cluster.own !== undefined) kubectl('uncordon', '--selector=kubernetes.io/os=linux');
}
