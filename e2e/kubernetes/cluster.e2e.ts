import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { until } from '../processes/until.ts';
import { endCluster, startCluster, type OwnCluster } from './cluster/own-cluster.ts';
import { WANTED } from './cluster/sysctls.ts';
import { pauseImage } from './image/pause.ts';
import { buildProjectImage, type ProjectImage } from './image/project-image.ts';
import { kubectlOf, type Kubectl } from './kubectl.ts';
import { member, MOUNTS, NAMESPACE, POD } from './member.ts';
import { buildParts, type Programs } from './parts/build.ts';
import { ALL_PARTS } from './parts/parts.ts';
import { processesOf, remainsOf } from './remains.ts';

const NODES = 3;
const GIB = 2 ** 30;
const GROW_LIMIT_MS = 30_000;
const END_LIMIT_MS = 20_000;

const newName = (): string => randomBytes(4).toString('hex');
const quiet = (): void => undefined;

describe('a cluster of this machine', () => {
  const name = newName();
  const sysctls = (): readonly string[] =>
    Object.keys(WANTED).map((key) => readFileSync(join('/proc/sys', key), 'utf8'));
  const untouched = sysctls();
  let programs: Programs;
  let image: ProjectImage;
  let cluster: OwnCluster;
  let kubectl: Kubectl;

  before(async () => {
    programs = await buildParts(ALL_PARTS);
    image = buildProjectImage(quiet);
    const images = [pauseImage(programs.pause), image.archive];
    cluster = await startCluster({ name, programs, nodes: NODES, images }, quiet);
    kubectl = kubectlOf(programs.kubectl, cluster.run.kubeconfig);
  });
  after(() => endCluster(name));

  it(`has ${NODES} nodes that are ready`, () => {
    const path = '-o=jsonpath={.items[*].status.conditions[?(@.type=="Ready")].status}';
    assert.equal(kubectl('get', 'nodes', path), 'True True True');
  });

  it('runs a member as nobody, on a volume of each class', () => {
    const { ok, said } = kubectl.attempt(['apply'], member(image.name));
    assert.ok(ok, said);
    kubectl('rollout', 'status', '--timeout=60s', '-n', NAMESPACE, 'statefulset/meta');
    const pods = kubectl('get', 'pods', '-n', NAMESPACE, '-o=jsonpath={.items[*].status.phase}');
    assert.equal(pods, 'Running');
  });

  const inPod = (script: string): string =>
    kubectl('exec', '-n', NAMESPACE, POD, '--', 'node', '-p', script).trim();
  const sizeOf = (path: string): number =>
    Number(inPod(`const { blocks, bsize } = fs.statfsSync('${path}'); blocks * bsize`));

  it('has an image of two programs and one Node, and nothing to build with', () => {
    const home = '/opt/robustmq-meta';
    assert.equal(inPod('process.getuid()'), '65532');
    assert.equal(inPod(`fs.existsSync('${home}/dist/server/robustmq-meta')`), 'true');
    for (const path of [`${home}/node_modules/typescript`, '/usr/local/lib/node_modules']) {
      assert.equal(inPod(`fs.existsSync('${path}')`), 'false');
    }
  });

  it('finds services by their names, and the API server', () => {
    const lookUp = (host: string): string =>
      inPod(`dns.promises.lookup('${host}').then(({ address }) => console.log(address)), ''`);
    const address = kubectl('get', 'pod', '-n', NAMESPACE, POD, '-o=jsonpath={.status.podIP}');
    assert.equal(lookUp(`${POD}.meta`), address);
    assert.equal(lookUp('kubernetes.default.svc'), '10.96.0.1');
  });

  it('gives volumes their sizes, and the group of the pod', () => {
    for (const path of Object.values(MOUNTS)) {
      const size = sizeOf(path);
      assert.ok(size > 0.9 * GIB && size <= GIB, `${path}: ${size} bytes`);
      assert.equal(inPod(`fs.statSync('${path}').gid`), '65532');
    }
  });

  it('pins those of one class to the node of the pod, and not those of the other', () => {
    const nodesOf = (claim: string): string => {
      const volume = kubectl(
        ...['get', 'pvc', '-n', NAMESPACE, `${claim}-${POD}`, '-o=jsonpath={.spec.volumeName}'],
      );
      const terms = '{.spec.nodeAffinity.required.nodeSelectorTerms[*].matchExpressions[*].values}';
      return kubectl('get', 'pv', volume, `-o=jsonpath=${terms}`);
    };
    const node = kubectl('get', 'pod', '-n', NAMESPACE, POD, '-o=jsonpath={.spec.nodeName}');
    assert.equal(nodesOf('pinned'), `["${node}"]`);
    assert.equal(nodesOf('shared'), '');
  });

  it('grows a volume that is in use', async () => {
    const claim = ['-n', NAMESPACE, `pvc/pinned-${POD}`];
    const spec = { resources: { requests: { storage: '2Gi' } } };
    kubectl('patch', ...claim, '--type=merge', '-p', JSON.stringify({ spec }));
    await until('the claim has grown', GROW_LIMIT_MS, () =>
      Promise.resolve(kubectl('get', ...claim, '-o=jsonpath={.status.capacity.storage}') === '2Gi'),
    );
    assert.ok(sizeOf(MOUNTS.pinned) > 1.9 * GIB);
  });

  it('writes no sysctl of the machine', () => assert.deepEqual(sysctls(), untouched));

  it('is not in the way of another one', async () => {
    const second = newName();
    const other = await startCluster({ name: second, programs, nodes: 0, images: [] }, quiet);
    const theirs = kubectlOf(programs.kubectl, other.run.kubeconfig);
    assert.equal(theirs('get', 'nodes', '-o=name'), '');
    assert.match(kubectl('get', 'nodes', '-o=name'), /node1/);
    await other.end();
    assert.deepEqual(remainsOf(second), []);
    assert.match(kubectl('get', 'nodes', '-o=name'), /node1/);
  });

  it('leaves nothing when it ends', async () => {
    assert.notDeepEqual(remainsOf(name), []);
    assert.equal(await endCluster(name), true);
    assert.deepEqual(remainsOf(name), []);
    assert.deepEqual(sysctls(), untouched);
    assert.equal(await endCluster(name), false);
  });
});

const PROCESSES = ['keeper.ts', 'first-process.ts'];

describe('a cluster whose end nobody ordered', () => {
  /** Starts one by another program; resolves when that is at the step. */
  async function startedElsewhere(step: string) {
    const name = newName();
    const program = spawn(process.execPath, [join(import.meta.dirname, 'up.ts'), '--name', name], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const said: string[] = [];
    for await (const line of createInterface(program.stderr)) {
      if (line.endsWith(step)) return { name, program };
      said.push(line);
    }
    throw new Error(`${name} has not come to: ${step}\n${said.join('\n')}`);
  }
  const isGone = (name: string): Promise<void> =>
    until(`nothing is left of ${name}`, END_LIMIT_MS, () =>
      Promise.resolve(remainsOf(name).length === 0),
    ).then(quiet);

  for (const step of ['API server', 'nodes']) {
    it(`leaves nothing when the program is killed while it waits for: ${step}`, async () => {
      const { name, program } = await startedElsewhere(step);
      assert.notDeepEqual(remainsOf(name), []);
      program.kill('SIGKILL');
      await once(program, 'exit');
      await isGone(name);
    });
  }

  for (const victim of PROCESSES) {
    it(`leaves nothing when its ${victim} is killed`, async () => {
      const { name, program } = await startedElsewhere(' up');
      if (program.exitCode === null) await once(program, 'exit');
      process.kill(pidOf(victim, name), 'SIGKILL');
      await isGone(name);
    });
  }

  it('is no obstacle to the next of its name', async () => {
    const { name, program } = await startedElsewhere(' up');
    if (program.exitCode === null) await once(program, 'exit');
    const victims = PROCESSES.map((victim) => pidOf(victim, name));
    // Stopped first, neither can clear up after the other.
    for (const signal of ['SIGSTOP', 'SIGKILL'])
      victims.forEach((pid) => process.kill(pid, signal));
    await until('its processes are gone', END_LIMIT_MS, () =>
      Promise.resolve(processesOf(name).length === 0),
    );
    assert.notDeepEqual(remainsOf(name), []);
    const programs = await buildParts(ALL_PARTS);
    const next = await startCluster({ name, programs, nodes: 0, images: [] }, quiet);
    await next.end();
    assert.deepEqual(remainsOf(name), []);
  });
});

/** Of the process that was started with this script, not of one that started it. */
function pidOf(script: string, name: string): number {
  const found = processesOf(name).find(({ words }) => words[1]?.endsWith(script));
  if (found === undefined) throw new Error(`no ${script} of ${name}`);
  return found.pid;
}
