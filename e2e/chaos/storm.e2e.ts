/** `npm run chaos`, for a moment, with every fault; and with bugs that only power losses show. */
import assert from 'node:assert/strict';
import { tmpdir } from 'node:os';
import { createWorkspace, type Workspace } from '../processes/workspace.ts';
import { FAULT_KINDS } from './fault-kind.ts';
import { judge } from './judge.ts';
import { MUTANTS } from './mutants/catalogue.ts';
import { createPorcupine } from './porcupine.ts';
import { runChaos, type Run, type RunSetup } from './run.ts';

/** Without a bug as with one: a cluster that only heals slowly shows none. */
const HEAL_MS = 20_000;

describe('A storm', () => {
  let workspace: Workspace;

  beforeEach(() => {
    workspace = createWorkspace(tmpdir());
  });
  afterEach(() => workspace.dispose());

  const refuted = ({ evidence }: Run): readonly string[] =>
    judge(evidence, createPorcupine())
      .filter(({ contradictions }) => contradictions.length > 0)
      .map(({ claim, contradictions }) => `${claim}: ${contradictions.join('\n')}`);
  const run = (setup: Omit<RunSetup, 'clients' | 'healMs' | 'show'>): Promise<Run> =>
    runChaos(workspace, { clients: 8, healMs: HEAL_MS, show: () => undefined, ...setup });

  it('of every kind of fault leaves nothing that clients could complain of', async () => {
    const done = await run({ seed: 5, durationMs: 12_000, kinds: FAULT_KINDS });
    assert.deepEqual(refuted(done), []);
    assert.ok(done.struck >= 5, `only ${done.struck} faults struck`);
  });

  it('of power losses leaves nothing that clients could complain of', async () => {
    assert.deepEqual(refuted(await run({ seed: 3, durationMs: 6_000, kinds: ['power'] })), []);
  });

  it('of torn writes leaves nothing that clients could complain of', async () => {
    assert.deepEqual(refuted(await run({ seed: 3, durationMs: 6_000, kinds: ['torn'] })), []);
  });

  // Such a cluster may never heal, so that not every claim can be looked into.
  for (const { name, shownBy, caughtBy } of MUTANTS) {
    it(`of the kind ${shownBy} turns red with the bug ${name}`, async () => {
      const bug = { seed: 3, kinds: [shownBy], durationMs: 5_000, mutant: name };
      const found = refuted(await run(bug)).join('\n');
      assert.ok(
        caughtBy.some((claim) => found.includes(claim)),
        `not by any of "${caughtBy.join('", "')}", but: ${found}`,
      );
    });
  }
});
