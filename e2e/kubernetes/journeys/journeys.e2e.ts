import { randomBytes } from 'node:crypto';
import assert from 'node:assert/strict';
import { isGood } from '../../chaos/judge.ts';
import { createPorcupine } from '../../chaos/porcupine.ts';
import { endCluster } from '../cluster/own-cluster.ts';
import { inspect, type Inspection } from '../policies/inspect.ts';
import { lastWords, startGround, type Ground } from '../operator/ground.ts';
import { JOURNEYS } from './journeys.ts';
import { showReport } from './report.ts';
import { leaveJourney, runJourney } from './run.ts';

const JOURNEY_MS_MAX = 1_200_000;
/** CI has time for some of them. */
const chosen = JOURNEYS.filter(({ inCi }) => inCi === true || !process.env['CI']);
const quiet = (): void => undefined;
/** Between members and from the operator, of clients, and of kubelet. */
const PORTS = [1230, 1228, 58081];

/** What was needed would also work where policies are enforced. */
function assertPolicy({ allowed, refused }: Inspection): void {
  assert.deepEqual(refused, []);
  for (const wanted of PORTS) {
    assert.ok(
      allowed.some(({ port }) => port === wanted),
      `no connection to ${wanted} was seen`,
    );
  }
}

describe('a cluster that is used all the time', function () {
  this.timeout(JOURNEY_MS_MAX);
  const name = randomBytes(4).toString('hex');
  const checker = createPorcupine();
  let ground: Ground;

  before(async () => {
    ground = await startGround({ name, own: true }, quiet);
  });
  after(() => endCluster(name));

  for (const [at, journey] of chosen.entries()) {
    it(`survives: ${journey.name}`, async () => {
      const namespace = `journey-${at + 1}`;
      try {
        const report = await runJourney(journey, {
          ...{ ground, namespace, checker },
          arrived: () => assertPolicy(inspect(ground.kubectl, name, namespace)),
        });
        assert.ok(isGood(report.findings), `\n${showReport(report)}`);
      } catch (error) {
        if (error instanceof assert.AssertionError) throw error;
        throw new Error(`${String(error)}\n${lastWords(ground)}`, { cause: error });
      } finally {
        leaveJourney(ground, namespace);
      }
    });
  }
});
