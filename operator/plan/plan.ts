/**
 * Decides about one cluster: from everything that was seen of it, to one thing to do, or to wait.
 *
 * The concerns are asked in the order of the table. The first that has something to do is heard; one
 * that waits holds back those behind it, except where they take no healthy voter away. What is going to
 * be done stands in the status before it is done, unless a person is needed whatever comes of it.
 */
import { brokenMember } from './broken.ts';
import type { Action } from './action.ts';
import { certificates, rotation } from './concerns/certificates.ts';
import { changeInFlight } from './concerns/change-in-flight.ts';
import { children } from './concerns/children.ts';
import { deletion } from './concerns/deletion.ts';
import { founding } from './concerns/founding.ts';
import { growth } from './concerns/growth.ts';
import { health } from './concerns/health.ts';
import { learners } from './concerns/learners.ts';
import { lostVolume } from './concerns/lost-volume.ts';
import { otherOperator } from './concerns/other-operator.ts';
import { outdated } from './concerns/outdated.ts';
import { paused } from './concerns/paused.ts';
import { pods } from './concerns/pods.ts';
import { quorumLoss } from './concerns/quorum-loss.ts';
import { replace } from './concerns/replace.ts';
import { retention } from './concerns/retention.ts';
import { roll } from './concerns/roll.ts';
import { scale } from './concerns/scale.ts';
import { storage } from './concerns/storage.ts';
import type { Observation } from './observation.ts';
import { unlessRefused } from './refusal.ts';
import { pictureOf } from './picture.ts';
import type { Picture } from './picture.ts';
import type { Step, Wait } from './step.ts';
import { sameData } from './same-data.ts';
import { statusOf } from './status.ts';
import type { Reason } from '../api/condition.ts';

interface Concern {
  readonly name: string;
  readonly plan: (picture: Picture) => Step | undefined;
  /** Asked even while an earlier one waits: what it does takes no healthy voter away. */
  readonly always?: true;
  /** Asked even while an earlier one holds templates: it changes members, and no object that is made of them. */
  readonly members?: true;
}

const CONCERNS: readonly Concern[] = [
  { name: 'other operator', plan: otherOperator },
  { name: 'deletion', plan: deletion },
  { name: 'retention', plan: retention },
  { name: 'paused', plan: paused },
  { name: 'certificates', plan: certificates },
  { name: 'children', plan: children },
  { name: 'pods', plan: pods },
  { name: 'founding', plan: founding },
  { name: 'change in flight', plan: changeInFlight, members: true },
  { name: 'quorum loss', plan: quorumLoss, members: true },
  { name: 'outdated', plan: outdated, always: true },
  { name: 'replace', plan: replace, members: true },
  { name: 'learners', plan: learners, members: true },
  { name: 'scale', plan: scale },
  { name: 'lost volume', plan: lostVolume },
  { name: 'roll', plan: roll },
  // Not before the others: an API server that refuses it, for a quota, would keep all of them from acting.
  { name: 'growth', plan: growth, always: true },
  { name: 'storage', plan: storage },
  { name: 'rotation', plan: rotation },
  { name: 'health', plan: health },
];

/** What is not ours to tell, or nobody's any more. */
const UNTOLD: readonly Reason[] = ['OtherOperator', 'Deleting'];

/** `settled`: everything is as the spec wants it, and the status says so. */
export type Decision =
  | {
      readonly kind: 'act';
      readonly reason: Reason;
      readonly message: string;
      readonly action: Action;
    }
  | { readonly kind: 'wait'; readonly reason: Reason; readonly message: string }
  | { readonly kind: 'settled' };

/** Decides. The same observation gives the same decision. */
export function plan(seen: Observation): Decision {
  const picture = pictureOf(seen);
  const { step, said } = firstStep(picture);
  if (step !== undefined && UNTOLD.includes(step.reason)) return told(step);
  const status = statusOf(picture, said);
  if (!sameData(status, seen.cluster.status)) {
    const message = said?.message ?? 'everything is as the spec wants it';
    const reason = said?.reason ?? 'AllMembersReady';
    return { kind: 'act', reason, message, action: { kind: 'write-status', status } };
  }
  return step === undefined ? { kind: 'settled' } : told(step);
}

/** What is next, and what the status says meanwhile. */
interface Next {
  readonly step: Step | undefined;
  readonly said: Step | undefined;
}

function firstStep(picture: Picture): Next {
  let held: Wait | undefined;
  let aside: Wait | undefined;
  for (const concern of CONCERNS) {
    if (held !== undefined && !isAsked(concern, held)) continue;
    const step = unlessRefused(picture.seen, concern.plan(picture));
    if (step?.kind === 'act' || (step?.kind === 'wait' && step.holds === 'all')) {
      return { step, said: concern.always ? stalledOf(step, held, aside) : step };
    }
    if (step?.holds === 'nothing') aside ??= step;
    else held = held === undefined ? step : bothOf(held, step);
  }
  // Whatever is waited for, it may never come while a member is broken.
  const waited = held?.stalled === false ? (brokenMember(picture) ?? held) : held;
  const step = waited === undefined ? aside : stalledOf(waited, waited, aside);
  return { step, said: step };
}

/** A person is needed as before, whatever comes by itself, or is done by the way over and over. */
function stalledOf<Other extends Step>(
  step: Other,
  ...waits: readonly (Wait | undefined)[]
): Other | Wait {
  const needed = waits.find((each) => each?.stalled === true);
  return needed === undefined ? step : { ...needed, record: { ...needed.record, ...step.record } };
}

const isAsked = ({ always, members }: Concern, held: Wait): boolean =>
  always === true || (members === true && held.holds === 'templates');

/** A person hears of members first. What comes by itself is no reason to tell nobody that one is needed. */
function bothOf(held: Wait, next: Wait | undefined): Wait {
  if (next === undefined || held.holds !== 'templates') return held;
  return next.stalled ? next : { ...held, holds: next.holds };
}

function told({ reason, message, ...step }: Step): Decision {
  switch (step.kind) {
    case 'act':
      return { kind: 'act', reason, message, action: step.action };
    case 'wait':
      return { kind: 'wait', reason, message };
  }
}
