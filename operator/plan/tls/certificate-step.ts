/**
 * What is next for the certificates of a cluster, from what Secrets hold and members use.
 *
 * Another authority comes in three steps: all believe both, then all are signed by the new one, then
 * the old one is believed no more. Each step waits until every process has said that it has what the
 * one before brought. Where it stands is in the Secrets alone: whichever of them is lost, whether an
 * authority has come of age or was deleted by hand, the same steps lead on.
 */
import type { Status } from '../../../proto/gen/robustmq/admin/v1/admin.ts';
import { LIFETIMES } from '../../api/certificates.ts';
import type { CertificateRole } from '../../api/certificates.ts';
import type { Observation, SeenCertificate, SeenPod, SeenSecret, SeenTls } from '../observation.ts';
import { notOurs } from '../not-ours.ts';
import { act, wait } from '../step.ts';
import type { Step } from '../step.ts';
import { givenStep } from './given-step.ts';

type Seen = Pick<Observation, 'tls' | 'now'> & {
  readonly pods: readonly (Pick<SeenPod, 'name'> & { readonly status?: Status | undefined })[];
};

/** The Secrets of a cluster whose authority is the operator. */
interface Managed extends SeenTls {
  /** Fingerprint of the authority. */
  readonly newest: string;
  readonly nowMs: number;
  readonly pods: Seen['pods'];
}

/** Undefined when there is nothing to do. */
export function certificateStep({ tls, now, pods }: Seen): Step | undefined {
  if (tls === undefined) return undefined;
  const { authority, peer, operator } = tls;
  if (authority === undefined) return givenStep(tls, now.ms);
  const taken = notOurs(
    [authority, peer, operator].map(({ name, ownership }) => ({
      ...{ what: `Secret ${name}`, ownership },
    })),
  );
  if (taken) return taken;
  if (authority.certificate === undefined) return createAuthority(authority);
  if (isEarly(authority.certificate, now.ms)) {
    // Nobody believes what it signs, so that no replacement before has to come to its end.
    return createAuthority({ ...authority, problem: AHEAD });
  }
  const managed = { ...tls, newest: authority.certificate.fingerprint, nowMs: now.ms, pods };
  return leavesStep(managed) ?? rotated(managed, authority);
}

const AHEAD = 'the one before was made by a clock that was ahead';

/** Whether it is believed by nobody yet whose clock is right, and will not be for long. */
const isEarly = (
  { notBeforeMs, signerNotBeforeMs = notBeforeMs }: SeenCertificate,
  nowMs: number,
): boolean => nowMs + LIFETIMES.earlyMs < Math.max(notBeforeMs, signerNotBeforeMs);

function createAuthority({ name, resourceVersion, problem }: SeenSecret): Step {
  const why = problem === undefined ? '' : `: ${problem}`;
  const action = { kind: 'issue-authority', name, resourceVersion } as const;
  return act('IssuingCertificates', `Secret ${name} gets a new authority${why}`, action);
}

/** It is replaced in good time, and not before the last replacement has come to its end. */
function rotated({ nowMs }: Managed, authority: SeenSecret): Step | undefined {
  const { notBeforeMs = nowMs } = authority.certificate ?? {};
  if (nowMs < notBeforeMs + LIFETIMES.authorityRotatedMs) return undefined;
  return createAuthority({ ...authority, problem: 'the one before has come of age' });
}

function leavesStep(managed: Managed): Step | undefined {
  return (
    missing(managed) ??
    untrusting(managed) ??
    signedByAnother(managed) ??
    due(managed) ??
    drop(managed)
  );
}

type Leaf = readonly [role: CertificateRole, secret: SeenSecret];

const leavesOf = ({ peer, operator }: SeenTls): readonly Leaf[] => [
  ['peer', peer],
  ['operator', operator],
];

function missing(managed: Managed): Step | undefined {
  const leaf = leavesOf(managed).find(([, { certificate }]) => certificate === undefined);
  return leaf && renewed(managed, leaf, leaf[1].problem ?? 'it is missing');
}

/** First, everybody believes the new one as well. */
function untrusting(managed: Managed): Step | undefined {
  const leaf = leavesOf(managed).find(
    ([, { authorities }]) => !authorities.includes(managed.newest),
  );
  if (leaf === undefined) return undefined;
  const [role, { name, resourceVersion }] = leaf;
  return act(
    'RotatingAuthority',
    `who has Secret ${name} comes to believe the new authority, too`,
    {
      kind: 'issue-certificate',
      ...{ role, name, resourceVersion },
      certificate: 'kept',
      authorities: believed(managed),
    },
  );
}

/** Then the new one signs. */
function signedByAnother(managed: Managed): Step | undefined {
  const { newest, pods, nowMs } = managed;
  const leaf = leavesOf(managed).find(([, { certificate }]) => certificate?.signedBy !== newest);
  if (leaf === undefined) return undefined;
  const { certificate } = leaf[1];
  // By that alone nobody is heard: who is silent would be waited for in vain.
  const early = certificate !== undefined && isEarly(certificate, nowMs);
  const doubting = pods.find(({ status }) =>
    status === undefined ? !early : status.certificates?.authorities.includes(newest) !== true,
  );
  if (doubting !== undefined && !isOverdue(certificate, nowMs)) {
    return wait(
      'RotatingAuthority',
      `${doubting.name} has not said that it believes the new authority`,
    );
  }
  return renewed(managed, leaf, 'the new authority signs');
}

const isOverdue = (certificate: SeenCertificate | undefined, nowMs: number): boolean =>
  certificate === undefined || nowMs >= certificate.notAfterMs - LIFETIMES.leafOverdueMs;

function due(managed: Managed): Step | undefined {
  const { nowMs } = managed;
  for (const leaf of leavesOf(managed)) {
    const [, { certificate }] = leaf;
    if (certificate === undefined) continue;
    if (isEarly(certificate, nowMs)) return renewed(managed, leaf, AHEAD);
    if (nowMs >= certificate.notBeforeMs + LIFETIMES.leafRenewedMs) {
      return renewed(managed, leaf, 'it is renewed in good time');
    }
  }
  return undefined;
}

/** At last, the old one is believed no more. */
function drop(managed: Managed): Step | undefined {
  const { newest, pods, peer } = managed;
  const leaf = leavesOf(managed).find(([, { authorities }]) => authorities.length > 1);
  if (leaf === undefined) return undefined;
  const old = pods.find(
    ({ status }) => status?.certificates?.own !== peer.certificate?.fingerprint,
  );
  if (old) {
    return wait('RotatingAuthority', `${old.name} has not said that it uses its new certificate`);
  }
  const [role, { name, resourceVersion }] = leaf;
  return act('RotatingAuthority', `who has Secret ${name} believes the old authority no more`, {
    kind: 'issue-certificate',
    ...{ role, name, resourceVersion },
    certificate: 'kept',
    authorities: [newest],
  });
}

function renewed(managed: Managed, [role, { name, resourceVersion }]: Leaf, why: string): Step {
  return act('IssuingCertificates', `Secret ${name} gets a new certificate: ${why}`, {
    kind: 'issue-certificate',
    ...{ role, name, resourceVersion },
    certificate: 'new',
    authorities: believed(managed),
  });
}

/** The newest first, then all that somebody may still be signed by. */
const believed = ({ newest, peer, operator }: Managed): readonly string[] => [
  ...new Set([newest, ...peer.authorities, ...operator.authorities]),
];
