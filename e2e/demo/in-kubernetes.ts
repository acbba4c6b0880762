/** A cluster in Kubernetes that is used all the time, while it is scaled and hurt. */
import { isGood } from '../chaos/judge.ts';
import { showFindings } from '../chaos/report.ts';
import { kubectlFlags } from '../kubernetes/kubectl.ts';
import { lastWords, startGround, type Ground } from '../kubernetes/operator/ground.ts';
import { showLegs } from '../kubernetes/journeys/report.ts';
import { runJourney, type Report } from '../kubernetes/journeys/run.ts';
import type { Recording } from '../kubernetes/recorders/recording.ts';
import { leaveCluster, namespaceOf } from '../kubernetes/existing/existing-cluster.ts';
import type { Stage } from '../kubernetes/journeys/stage.ts';
import { demoJourney } from './journey.ts';
import { createLive, wordsOfCluster, type Live } from './live.ts';

export interface DemoWish {
  readonly name: string;
  readonly context?: string;
  readonly image?: string;
  readonly keep?: true;
}

/** Runs it; true if all of it held. */
export async function demonstrate(wish: DemoWish): Promise<boolean> {
  console.log(
    'A Kubernetes, the operator, and in it a cluster that two pods write to and read from.\n',
  );
  const live = createLive(process.stdout);
  const ground = await startGround(wish, (words) => {
    live.done('');
    live.begin(words, () => '');
  });
  live.done('');
  try {
    const report = await travel(ground, wish.name, live);
    show(report);
    return isGood(report.findings);
  } catch (error) {
    live.stop();
    console.error(`\n${lastWords(ground)}`);
    throw error;
  } finally {
    live.stop();
    await leave(ground, wish);
  }
}

function travel(ground: Ground, name: string, live: Live): Promise<Report> {
  let stands = (): string => '';
  let written = (): string => '';
  return runJourney(demoJourney(ground.cluster.own !== undefined), {
    ground,
    namespace: namespaceOf({ name }),
    begun: (stage: Stage, recording: Recording) => {
      stands = () => wordsOfCluster(stage.resource());
      written = () => `${recording.written()} writes so far`;
    },
    show: ({ words, gapMs }) => {
      if (gapMs === undefined) live.begin(words, () => stands());
      else live.done(`${stands()} · ${written()}`);
    },
  });
}

function show({ legs, history, findings }: Report): void {
  const { acknowledged, read } = history.counts;
  console.log(`\n${showLegs(legs)}`);
  console.log(`${acknowledged} writes were acknowledged, ${read} reads answered.`);
  console.log(showFindings(findings));
}

async function leave({ cluster }: Ground, { name, keep }: DemoWish): Promise<void> {
  const { own, run, kubectl } = cluster;
  if (keep) {
    await own?.keep();
    console.log(`\nIt is still there. In this shell:
  alias kubectl='${[kubectl, ...kubectlFlags(run.kubeconfig)].join(' ')}'
  kubectl get -n ${namespaceOf({ name })} robustmqclusters,pods,pvc
  kubectl explain robustmqcluster.spec.meta
  kubectl port-forward -n ${namespaceOf({ name })} demo-meta-0 58081    # http://127.0.0.1:58081, the status page
It ends with: npm run k8s:down -- --name ${name}`);
    return;
  }
  if (own === undefined) await leaveCluster(name);
  else await own.end();
}
