import { randomUUID } from 'node:crypto';
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { CliError } from '../cli/cli-error.ts';
import { EXIT } from '../cli/exit-code.ts';
import { showTable } from '../cli/output.ts';
import { consentFor, furthestFirst, requireOneCluster } from '../cli/recommendation.ts';
import type { Owned } from '../cli/recommendation.ts';
import type { Result } from '../cli/session.ts';
import { examine, recover } from '../recovery/recover.ts';
import type { Holdings } from '../recovery/recover.ts';
import { StorageError } from '../ports/outcome.ts';
import { createLevelStorage } from '../storage/level/level-storage.ts';
import { isConsented } from './consent.ts';
import { nextSteps } from './next-steps.ts';
import type { Desk } from './offline-command.ts';

/** A data directory, and what it holds. */
interface Examined {
  readonly path: string;
  readonly holdings: Holdings;
}

/**
 * Looks into every directory, recommends the one whose log is furthest, and makes it the single voter
 * of a new cluster once that is consented to.
 *
 * @param consent what `--yes-make-new-cluster` says.
 */
export async function recoverDirectories(
  desk: Desk,
  paths: readonly string[],
  consent: string | undefined,
): Promise<Result> {
  const all: Examined[] = [];
  for (const path of paths) all.push({ path, holdings: await look(path) });
  const best = furthest(all);
  requireOneCluster(all.map(owned), owned(best), 'name directories of one cluster');
  const wanted = consentTo(best);
  const findings = describe(all, best);
  if (desk.io.isTTY && !desk.json && consent === undefined) desk.io.stderr.write(`${findings}\n`);
  if (!(await isConsented(desk, wanted, consent))) return notYet(all, best, findings);
  const { cluster, member } = await recover(
    createLevelStorage(best.path),
    best.holdings,
    randomUUID(),
    '',
  );
  return {
    json: { ...document(all, best), recovered: true, cluster_id: cluster, member_id: member },
    text: [findings, '', nextSteps(best.path, cluster, member)].join('\n'),
  };
}

/** @throws CliError for what is no data directory, cannot be read, or is in use. */
async function look(path: string): Promise<Holdings> {
  try {
    // Whoever opens a missing directory would make one.
    await access(join(path, 'directory.json'));
  } catch {
    throw new CliError('refused', `${path} is no data directory. Nothing was changed.`);
  }
  try {
    return await examine(createLevelStorage(path));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    // It says by itself what to do.
    const isInUse = error instanceof StorageError && error.code === 'locked';
    const text = isInUse
      ? why
      : `Nothing was changed, since ${path} cannot be recovered from: ${why}. Leave it out if it is lost.`;
    throw new CliError('refused', text, undefined, error);
  }
}

/** Of several that are as far as each other, the first. */
function furthest(all: readonly Examined[]): Examined {
  const [best] = all.toSorted((one, other) =>
    furthestFirst(one.holdings.last, other.holdings.last),
  );
  if (best === undefined) throw new CliError('usage', 'Name a directory with --data-dir.');
  return best;
}

const consentTo = ({ holdings: { member, last } }: Examined): string => consentFor(member, last);

const owned = ({ path, holdings }: Examined): Owned => ({ name: path, cluster: holdings.cluster });

/** Voters of whom nobody can tell here how far they are. */
function absentVoters(all: readonly Examined[], { holdings }: Examined): readonly number[] {
  const present = new Set<number>(all.map((each) => each.holdings.member));
  return holdings.configuration.members
    .filter(({ id, standing }) => standing !== 'learner' && !present.has(id))
    .map(({ id }) => id);
}

function describe(all: readonly Examined[], best: Examined): string {
  const rows = all.map((each) => {
    const { path, holdings } = each;
    const { member, last, applied } = holdings;
    const numbers = [member, last.term, last.index, applied.index].map(String);
    return [...numbers, path, each === best ? 'recommended' : ''];
  });
  const absent = absentVoters(all, best);
  const warning =
    absent.length === 0
      ? []
      : [
          `Not looked at: the directories of voters ${absent.join(', ')}. What only they hold is lost, and they are refused if they come back. If one of them can be saved, add it with --data-dir.`,
        ];
  return [
    showTable(['MEMBER', 'LAST TERM', 'LAST INDEX', 'APPLIED', 'DIRECTORY', ''], rows),
    '',
    ...warning,
  ].join('\n');
}

function notYet(all: readonly Examined[], best: Examined, findings: string): Result {
  return {
    json: { ...document(all, best), recovered: false },
    text: [
      findings,
      'Nothing was changed. To make the recommended one the single voter of a new cluster, run this again with',
      `  --yes-make-new-cluster ${consentTo(best)}`,
    ].join('\n'),
    exitCode: EXIT.failed,
  };
}

const document = (all: readonly Examined[], best: Examined): object => ({
  directories: all.map(
    ({ path, holdings: { cluster, member, directory, term, last, applied } }) => ({
      path,
      cluster_id: cluster,
      member_id: member,
      directory,
      term,
      last_log_term: last.term,
      last_log_index: last.index,
      applied_index: applied.index,
    }),
  ),
  recommended: best.path,
  consent: consentTo(best),
  absent_voter_ids: absentVoters(all, best),
});
