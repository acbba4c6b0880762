/** The truth table of the conditions. */
import type { Condition, ConditionType, Reason } from '../api/condition.ts';
import { ailing } from './ailing.ts';
import { alarmsOf } from './member-alarms.ts';
import { quorumOf, votersOf } from './picture.ts';
import type { Picture } from './picture.ts';
import type { Step } from './step.ts';

/** What conditions are concluded from. */
interface Facts {
  readonly step: Step | undefined;
  /** A leader, and a quorum of healthy voters. */
  readonly serves: boolean;
  /** As many healthy voters as are wanted, and no others. */
  readonly complete: boolean;
  /** Voters that are not healthy, or soon will not be, for people; empty if all are. */
  readonly unhealthy: string;
  readonly tls: boolean;
}

interface Row {
  readonly type: ConditionType;
  readonly holds: (facts: Facts) => boolean;
  /** Why it is so; the step's reason and message if not set, or if it has none. */
  readonly because?: (facts: Facts, holds: boolean) => readonly [Reason, string] | undefined;
}

/** What goes on while a cluster is as it should be: nobody who waits for that is to be told otherwise. */
const QUIET: readonly Reason[] = ['Paused', 'IssuingCertificates', 'RotatingAuthority'];

const isQuiet = ({ reason }: Step): boolean => QUIET.includes(reason);

const TABLE: readonly Row[] = [
  {
    type: 'Ready',
    holds: ({ step, complete }) => complete && (step === undefined || isQuiet(step)),
  },
  {
    type: 'Available',
    holds: ({ serves }) => serves,
    because: (_facts, holds) =>
      holds ? ['QuorumHealthy', 'a quorum of voters is healthy'] : undefined,
  },
  {
    type: 'Progressing',
    holds: ({ step }) =>
      step !== undefined && step.reason !== 'Paused' && !(step.kind === 'wait' && step.stalled),
  },
  {
    type: 'Degraded',
    holds: ({ unhealthy, step }) => unhealthy !== '' || step?.reason === 'LearnerStuck',
    because: ({ unhealthy }) => (unhealthy === '' ? undefined : ['MemberUnhealthy', unhealthy]),
  },
  {
    type: 'Stalled',
    holds: ({ step }) => step?.kind === 'wait' && step.stalled,
  },
  {
    type: 'Insecure',
    holds: ({ tls }) => !tls,
    because: ({ tls }) =>
      tls
        ? ['PeersAuthenticated', 'members prove who they are']
        : ['TLSDisabled', 'everybody who reaches port 1230 may change the cluster'],
  },
];

/** All conditions, each with its reason. */
export function conditionsOf(picture: Picture, step: Step | undefined): readonly Condition[] {
  const facts = factsOf(picture, step);
  const general = [step?.reason ?? 'AllMembersReady', step?.message ?? ''] as const;
  return TABLE.map(({ type, holds, because }) => {
    const is = holds(facts);
    const [reason, message] = because?.(facts, is) ?? general;
    return { type, status: is ? 'True' : 'False', reason, message };
  });
}

function factsOf(picture: Picture, step: Step | undefined): Facts {
  const voters = votersOf(picture);
  const sick = voters.filter(({ healthy }) => !healthy);
  const healthy = voters.length - sick.length;
  const { members, target, leader, seen } = picture;
  return {
    step,
    serves: leader !== undefined && healthy >= quorumOf(voters.length),
    complete: healthy === target && members.length === target,
    unhealthy: [...sick.map((each) => ailing(seen, each)), ...alarmsOf(voters)].join(', '),
    tls: seen.cluster.spec.meta.tls.mode !== 'Disabled',
  };
}
