/** All candidates, as people and scripts are shown them. */
import { printable, showTable } from '../output.ts';
import { consentFor } from '../recommendation.ts';
import { usableOf } from './candidate.ts';
import type { Candidate, Known, Usable } from './candidate.ts';
import { furthest } from './choice.ts';
import type { Choice } from './choice.ts';

/** What was found, and what follows from it. */
export interface Findings {
  readonly all: readonly Candidate[];
  readonly choice: Choice;
}

const HEAD: readonly string[] = [
  ...['MEMBER', 'STANDING', 'LAST TERM', 'LAST INDEX', 'CLUSTER', 'WHERE', 'STATE', ''],
];

/** One table of all candidates, and a warning of those that nobody has looked at. */
export function findingsText(findings: Findings): string {
  const { all, choice } = findings;
  const table = showTable(
    HEAD,
    all.map((each) => row(each, findings)),
  );
  const notes = choice.kind === 'recommended' ? warnings(choice.absent) : [];
  return [table, ...notes.flatMap((note) => ['', note])].join('\n');
}

function row(candidate: Candidate, findings: Findings): string[] {
  const { place } = candidate;
  if (candidate.kind === 'unusable') {
    return ['-', '-', '-', '-', '-', place.name, `not usable: ${candidate.why}`, ''];
  }
  const { member, last, cluster } = candidate;
  return [
    ...[String(member), standingOf(candidate, findings.all), String(last.term), String(last.index)],
    ...[cluster, place.name, stateOf(candidate)],
    candidate === bestOf(findings) ? 'recommended' : '',
  ];
}

function stateOf({ place, leader, member }: Usable): string {
  if (place.kind === 'directory') return 'stopped';
  if (leader === 0) return 'runs, nobody leads';
  return leader === member ? 'leads' : `runs, member ${leader} leads`;
}

/** As whoever of its cluster is furthest knows it. */
function standingOf({ member, cluster }: Usable, all: readonly Candidate[]): string {
  const witness = furthest(usableOf(all).filter((each) => each.cluster === cluster));
  return witness?.members.find(({ id }) => id === member)?.standing ?? 'no member';
}

const bestOf = ({ choice }: Findings): Usable | undefined =>
  choice.kind === 'recommended' ? choice.best : undefined;

function warnings(absent: readonly Known[]): readonly string[] {
  if (absent.length === 0) return [];
  const voters = absent.map(({ id, peerAddress }) =>
    peerAddress === '' ? String(id) : `${id} (${printable(peerAddress)})`,
  );
  return [
    `Not looked at: voters ${voters.join(', ')}. What only they hold is lost, and they are refused if they come back. If one of them can be saved, do that first: name its data directory with \`robustmq-meta recover --data-dir\`, or its process with --endpoints.`,
  ];
}

/** The same for scripts. What may not be done yet has neither recommendation nor consent. */
export function findingsJson(findings: Findings): object {
  const { all, choice } = findings;
  const best = bestOf(findings);
  return {
    candidates: all.map((each) => candidateJson(each, all)),
    recommended: best?.place.name ?? null,
    consent: best === undefined ? null : consentTo(best),
    absent_voter_ids: choice.kind === 'recommended' ? choice.absent.map(({ id }) => id) : [],
  };
}

function candidateJson(candidate: Candidate, all: readonly Candidate[]): object {
  const { kind, name } = candidate.place;
  if (candidate.kind === 'unusable') return { kind, where: name, error: candidate.why };
  const { cluster, member, directory, term, last, applied, leader } = candidate;
  return {
    kind,
    where: name,
    error: null,
    cluster_id: cluster,
    member_id: member,
    standing: standingOf(candidate, all),
    directory,
    term,
    last_log_term: last.term,
    last_log_index: last.index,
    applied_index: applied,
    leader_id: leader,
  };
}

/** What a person types to make this one the single voter. */
export const consentTo = ({ member, last }: Usable): string => consentFor(member, last);
