/** One journey, from an empty namespace to what was found. */
import type { Finding, SecondOpinion } from '../../chaos/judge.ts';
import { restrictedNamespace } from '../namespace.ts';
import type { History } from '../recorders/history.ts';
import { startRecorders, type Recording } from '../recorders/recording.ts';
import { carryOut } from './carry-out.ts';
import type { Ground } from '../operator/ground.ts';
import { judge } from './judge.ts';
import { wordsOf, type Journey } from './journey.ts';
import { addressesOf, createStage, sampleResource, type Stage } from './stage.ts';

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
  const { ground, namespace, checker } = setup;
  makeNamespace(ground, namespace);
  const stage = createStage(ground, namespace);
  try {
    const legs: Leg[] = [];
    const travel = async (
      words: string,
      recording: Recording,
      work: () => Promise<unknown>,
    ): Promise<void> => {
      setup.show?.({ words });
      const begin = performance.now();
      const sinceMs = recording.latestMs();
      await work();
      const tookMs = performance.now() - begin;
      const leg = { words, tookMs, gapMs: recording.longestGapMs(sinceMs) };
      setup.show?.(leg);
      legs.push(leg);
    };
    const recording = startRecorders(ground.kubectl, {
      ...{ namespace, image: ground.image },
      addresses: addressesOf(namespace, journey.replicasMax),
    });
    setup.begun?.(stage, recording);
    await travel(`create ${journey.replicas}`, recording, () => create(stage, journey, namespace));
    const created = stage.seen.length;
    await recording.more(FIRST_WRITES);
    for (const [at, step] of journey.steps.entries()) {
      if (step.does === 'settle') continue;
      const follows = journey.steps[at + 1];
      await travel(wordsOf(step), recording, async () => {
        await carryOut(step, stage, recording);
        if (follows?.does === 'settle') await carryOut(follows, stage, recording);
      });
    }
    await recording.more(LAST_WRITES);
    setup.arrived?.();
    const history = await recording.end();
    const findings = judge(journey.expected, { seen: stage.seen, created, history }, checker);
    return { journey: journey.name, legs, history, findings };
  } finally {
    stage.dispose();
  }
}

const FIRST_WRITES = 10;
const LAST_WRITES = 10;

function makeNamespace({ kubectl }: Ground, name: string): void {
  const { ok, said } = kubectl.attempt(['apply'], restrictedNamespace(name));
  if (!ok) throw new Error(`namespace ${name}: ${said}`);
}

async function create(
  { ground, settled }: Stage,
  { replicas }: Journey,
  namespace: string,
): Promise<void> {
  const resource = sampleResource(ground, namespace, replicas);
  const { ok, said } = ground.kubectl.attempt(['apply'], resource);
  if (!ok) throw new Error(`the resource was refused: ${said}`);
  await settled();
}
