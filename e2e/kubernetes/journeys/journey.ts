/** A journey: what is done to a cluster while it is used, and what must hold. */
import type { Reason } from '../../../operator/api/condition.ts';

/** Of the pods of members; `two`: the leader and a follower. */
export type Whose = 'leader' | 'follower' | 'followers' | 'two' | 'all';

/** What a person or an accident does. Nothing here waits for the operator but `await` and `settle`. */
export type Step =
  | Accident
  | { readonly does: 'scale'; readonly to: number }
  /** A patch of the spec. */
  | { readonly does: 'edit'; readonly spec: object }
  | { readonly does: 'use-image'; readonly image: string }
  /** The same image under another name, which the nodes have. */
  | { readonly does: 'update-image' }
  /** By hand, in the namespace of the cluster: arguments without spaces. What it says must contain `says`. */
  | { readonly does: 'kubectl'; readonly args: string; readonly says?: string }
  /** The resource is deleted, and when it is gone another one of that name is made. */
  | { readonly does: 'create-again'; readonly replicas: number }
  /** As the runbook says of a lost quorum: the incident and its furthest survivor go into the spec. */
  | { readonly does: 'recover' }
  /** The operator is installed once more, in another namespace, or taken away there. */
  | { readonly does: 'install-again' | 'uninstall-again' }
  /** The operator gets an image of another name; its processes are replaced one by one. */
  | { readonly does: 'update-operator' }
  /** In one pod, `brokers`. */
  | { readonly does: 'start-brokers'; readonly ids: readonly number[] }
  /** Until the resource says that just these are registered. */
  | { readonly does: 'await-brokers'; readonly ids: readonly number[] }
  /** It leads whose pod is on the node of the clients. */
  | { readonly does: 'lead-beside-clients' }
  /** Until the resource gives this reason in one of its conditions, since the step before began. */
  | { readonly does: 'await'; readonly reason: Reason }
  /** Until all is as the spec says. */
  | { readonly does: 'settle' }
  /** Nothing is done, and so much is written. */
  | { readonly does: 'write'; readonly writes: number };

export type Accident =
  | { readonly does: 'delete-pods'; readonly whose: Whose }
  /** SIGKILL to the processes in their containers. */
  | { readonly does: 'kill'; readonly whose: Whose }
  /** The same to all processes of the operator. */
  | { readonly does: 'kill-operator' }
  /** The process that acts stands still, wakes up after its Lease has ended, and must leave. */
  | { readonly does: 'stop-operator'; readonly seconds: number }
  /** Pods and volume claims are deleted. */
  | { readonly does: 'lose-volumes'; readonly whose: Whose }
  /** Bytes in the middle of the log are others, or all files are gone, and the process is killed. */
  | { readonly does: 'damage' | 'empty-volumes'; readonly whose: Whose }
  /** Up to the last byte; and given back. */
  | { readonly does: 'fill-volumes' | 'free-volumes'; readonly whose: Whose }
  /** The node of one is in no network for so long; never the one with the clients. */
  | {
      readonly does: 'cut-off-node';
      readonly whose: 'leader' | 'follower';
      readonly seconds: number;
    }
  /** Kubernetes knows a node no more; never the one with the clients. */
  | { readonly does: 'delete-node'; readonly whose: 'leader' | 'follower' }
  /** All of those are back. */
  | { readonly does: 'restore-nodes' }
  /** Nobody is answered by it for so long. */
  | { readonly does: 'stop-api-server'; readonly seconds: number };

export interface Journey {
  readonly name: string;
  /** Short, and run by CI too. */
  readonly inCi?: true;
  /** How many members it begins with; 3 if not set. */
  readonly replicas?: number;
  /** Of the resource, where it is not that of the sample. */
  readonly storage?: { readonly onDelete?: 'Retain'; readonly class?: 'pinned' };
  /** After the cluster has been created. */
  readonly steps: readonly Step[];
  readonly expected: Expected;
}

export interface Expected {
  /** Reasons that must be given, in this order; others may be between them. */
  readonly reasons: readonly Reason[];
  /** A person is needed: else Stalled must not become True. */
  readonly stalls?: true;
  /** How many identities come, and how many go for good, after the cluster was created; 0 if not set. */
  readonly joins?: number;
  readonly leaves?: number;
  /** The longest time without an acknowledged write, in either way. */
  readonly gapMsMax: number;
}

const REPLICAS = 3;

export const replicasOf = ({ replicas = REPLICAS }: Pick<Journey, 'replicas'>): number => replicas;

/** The most members that there are to be at any time. */
export const replicasMaxOf = (journey: Journey): number =>
  Math.max(
    replicasOf(journey),
    ...journey.steps.flatMap((step) => (step.does === 'scale' ? step.to : [])),
  );

/** A step in a few words. */
export function wordsOf(step: Step): string {
  switch (step.does) {
    case 'scale':
      return `scale to ${step.to}`;
    case 'edit':
      return `edit ${JSON.stringify(step.spec)}`;
    case 'use-image':
      return `image ${step.image}`;
    case 'update-image':
      return 'image under another name';
    case 'kubectl':
      return `kubectl ${step.args}`;
    case 'create-again':
      return `delete the resource, create ${step.replicas}`;
    case 'recover':
      return 'consent to a recovery';
    case 'delete-pods':
      return `delete the pod of ${NOUNS[step.whose]}`;
    case 'kill':
      return `kill the process of ${NOUNS[step.whose]}`;
    case 'kill-operator':
      return 'kill the operator';
    case 'stop-operator':
      return `stop the operator that acts for ${step.seconds} s`;
    case 'install-again':
      return 'install a second operator';
    case 'uninstall-again':
      return 'uninstall the second operator';
    case 'lose-volumes':
      return `delete pod and volume of ${NOUNS[step.whose]}`;
    case 'damage':
      return `damage the log of ${NOUNS[step.whose]}`;
    case 'empty-volumes':
      return `empty the volume of ${NOUNS[step.whose]}`;
    case 'fill-volumes':
      return `fill the volume of ${NOUNS[step.whose]}`;
    case 'free-volumes':
      return `free the volume of ${NOUNS[step.whose]}`;
    case 'delete-node':
      return `delete the node of ${NOUNS[step.whose]}`;
    case 'lead-beside-clients':
      return 'hand over to the member beside the clients';
    case 'restore-nodes':
      return 'bring deleted nodes back';
    case 'stop-api-server':
      return `stop the API server for ${step.seconds} s`;
    case 'cut-off-node':
      return `cut off the node of ${NOUNS[step.whose]} for ${step.seconds} s`;
    case 'update-operator':
      return 'update the operator';
    case 'start-brokers':
      return `start brokers ${step.ids.join(', ')}`;
    case 'await-brokers':
      return `until brokers ${step.ids.join(', ') || 'are gone'}`;
    case 'await':
      return `until ${step.reason}`;
    case 'settle':
      return 'until all is well';
    case 'write':
      return `${step.writes} writes`;
  }
}

const NOUNS: Readonly<Record<Whose, string>> = {
  leader: 'the leader',
  follower: 'a follower',
  followers: 'each follower',
  two: 'the leader and a follower',
  all: 'each member',
};
