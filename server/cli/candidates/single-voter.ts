/** From what is left of a cluster to the single voter of a new one: look, recommend, ask, act. */
import { CliError } from '../cli-error.ts';
import { askConsent, isPerson } from '../consent.ts';
import { EXIT } from '../exit-code.ts';
import type { Result, Session } from '../session.ts';
import type { Candidate, Usable } from './candidate.ts';
import { choose } from './choice.ts';
import { consentTo, findingsJson, findingsText } from './findings.ts';
import type { Findings } from './findings.ts';

/** The new cluster, and what to say of it. */
export interface Survivor {
  readonly cluster: string;
  readonly member: number;
  /** What has happened, and what to do next. */
  readonly text: string;
}

/** How candidates are reached. */
export interface Reach {
  /** Changes nothing; called again when a person took their time to answer. */
  readonly look: () => Promise<readonly Candidate[]>;
  /** Refuses when the candidate is not as it was seen any more. */
  readonly recover: (best: Usable) => Promise<Survivor>;
}

type Desk = Pick<Session, 'io' | 'json' | 'print'>;

/**
 * Shows all candidates, recommends the one whose log is furthest, and makes it the single voter of a
 * new cluster once that is consented to.
 *
 * @param consent what `--yes-make-new-cluster` says.
 * @throws CliError when something speaks against it; what was found is printed before.
 */
export async function makeSingleVoter(
  desk: Desk,
  { look, recover }: Reach,
  consent: string | undefined,
): Promise<Result> {
  const findings = survey(await look());
  const best = recommended(desk, findings);
  const wanted = consentTo(best);
  const text = findingsText(findings);
  const asks = consent === undefined && isPerson(desk);
  if (asks) desk.io.stderr.write(`${text}\n\n`);
  const given = await askConsent(desk, wanted, consent);
  if (given === 'none') return notYet(findings, asks ? '' : text);
  const chosen = given === 'typed' ? await sameAgain(desk, look, wanted) : best;
  const { cluster, member, text: said } = await recover(chosen);
  return {
    json: { ...findingsJson(findings), recovered: true, cluster_id: cluster, member_id: member },
    text: asks ? said : [text, '', said].join('\n'),
  };
}

const survey = (all: readonly Candidate[]): Findings => ({ all, choice: choose(all) });

/** Throws CliError when nothing is recommended, with the table of all candidates before it. */
function recommended({ print }: Pick<Desk, 'print'>, findings: Findings): Usable {
  const { choice } = findings;
  if (choice.kind === 'recommended') return choice.best;
  print({ json: { ...findingsJson(findings), recovered: false }, text: findingsText(findings) });
  throw new CliError(choice.obstacle.code, choice.obstacle.message);
}

/** Who was lost may have come back while a person was thinking: what was consented to must still hold. */
async function sameAgain(desk: Desk, look: Reach['look'], wanted: string): Promise<Usable> {
  const best = recommended(desk, survey(await look()));
  if (consentTo(best) === wanted) return best;
  throw new CliError(
    'moved',
    `What is recommended has become ${consentTo(best)} in the meantime. Nothing was changed: look again.`,
  );
}

function notYet(findings: Findings, text: string): Result {
  const { choice } = findings;
  const consent = choice.kind === 'recommended' ? consentTo(choice.best) : '';
  return {
    json: { ...findingsJson(findings), recovered: false },
    text: [
      ...(text === '' ? [] : [text, '']),
      'Nothing was changed. To make the recommended one the single voter of a new cluster, run this again with',
      `  --yes-make-new-cluster ${consent}`,
    ].join('\n'),
    exitCode: EXIT.failed,
  };
}
