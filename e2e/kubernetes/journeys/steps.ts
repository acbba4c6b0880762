/** What a person or an accident does on a journey, and how it is told. */
import type { Reason } from '../../../operator/api/condition.ts';

/** Of the pods of members; `two`: the leader and a follower. */
export type Whose = 'leader' | 'follower' | 'followers' | 'two' | 'all';

interface Bare {
  readonly does: unknown;
}
interface OfWhose {
  readonly whose: Whose;
}
/** Never the node with the clients. */
interface OfNode {
  readonly whose: 'leader' | 'follower';
}
interface Lasting {
  readonly seconds: number;
}
interface OfBrokers {
  readonly ids: readonly number[];
}

/** By what is done, what has to be said of it. Nothing waits for the operator but `await` and `settle`. */
export interface Steps {
  scale: { readonly to: number };
  /** A patch of the spec. */
  edit: { readonly spec: object };
  'use-image': { readonly image: string };
  /** The same image under another name, which the nodes have. */
  'update-image': Bare;
  /** By hand, in the namespace of the cluster: arguments without spaces. What it says must contain `says`. */
  kubectl: { readonly args: string; readonly says?: string };
  /** The resource is deleted, and when it is gone another one of that name is made. */
  'create-again': { readonly replicas: number };
  /** The same, with the spec that it had: as whoever keeps it elsewhere does. */
  'create-as-it-was': Bare;
  /** As it is in the sample, in one command, which does not wait for the operator either. */
  'replace-by-force': { readonly replicas: number };
  /** For mode Secret: the Secrets that the spec names get certificates, new ones each time. */
  'issue-certificates': Bare;
  /** Until all members say that they use those that they are to use. */
  'await-certificates': Bare;
  /** As the runbook says of a lost quorum: the incident and its furthest survivor go into the spec. */
  recover: Bare;
  /** The command that the condition Stalled names: volume and pod of a member are deleted. */
  'do-as-told': Bare;
  /** The operator is installed once more, in another namespace, or taken away there. */
  'install-again': Bare;
  'uninstall-again': Bare;
  /** The operator gets an image of another name; its processes are replaced one by one. */
  'update-operator': Bare;
  'scale-operator': { readonly to: number };
  /** In one pod, `brokers`. */
  'start-brokers': OfBrokers;
  /** Until the resource says that just these are registered. */
  'await-brokers': OfBrokers;
  /** It leads whose pod is on the node of the clients. */
  'lead-beside-clients': Bare;
  /** Until the resource gives this reason in one of its conditions, since the step before began. */
  await: { readonly reason: Reason };
  /** Until all is as the spec says. */
  settle: Bare;
  /** Nothing is done, and so much is written. */
  write: { readonly writes: number };
  'delete-pods': OfWhose;
  /** SIGKILL to the processes in their containers. */
  kill: OfWhose;
  /** The same to all processes of the operator. */
  'kill-operator': Bare;
  /** The process that acts stands still, wakes up after its Lease has ended, and must leave. */
  'stop-operator': Lasting;
  /** Of all members that are there, and of the operator: wrong by so much from now on. */
  'set-clocks': { readonly hours: number };
  /** Pods and volume claims are deleted. */
  'lose-volumes': OfWhose;
  /** Bytes in the middle of the log are others, and the process is killed. */
  damage: OfWhose;
  /** All files are gone, and the process is killed. */
  'empty-volumes': OfWhose;
  /** Up to the last byte; and given back. */
  'fill-volumes': OfWhose;
  'free-volumes': OfWhose;
  /** The node of one is in no network for so long. */
  'cut-off-node': OfNode & Lasting;
  /** All nodes but that with the clients hear each other alone, and are back later on. Their processes go on. */
  'set-nodes-apart': Bare;
  /** Kubernetes knows them no more. */
  'delete-nodes-apart': Bare;
  'rejoin-nodes': Bare;
  /** Kubernetes knows a node no more; and knows all of those again. */
  'delete-node': OfNode;
  /** Until Kubernetes has taken all pods of members away from those. */
  'await-moves': Bare;
  'restore-nodes': Bare;
  /** Nothing of a node runs any more; Kubernetes is told that it will not; and it runs again. */
  'switch-off-node': OfNode;
  'take-out-of-service': Bare;
  'switch-on-nodes': Bare;
  /** Nobody is answered by it for so long. */
  'stop-api-server': Lasting;
  /** It is started again at once, and remembers no older version of anything. */
  'kill-api-server': Bare;
  /** What Kubernetes knows is kept; and later on it knows just that again. */
  'back-up-kubernetes': Bare;
  'restore-kubernetes': Bare;
}

export type Does = keyof Steps;

export type Step<Each extends Does = Does> = {
  [Done in Each]: { readonly does: Done } & Steps[Done];
}[Each];

/** A step in a few words. */
export const wordsOf = <Each extends Does>(step: Step<Each>): string => WORDS[step.does](step);

const NOUNS: Readonly<Record<Whose, string>> = {
  leader: 'the leader',
  follower: 'a follower',
  followers: 'each follower',
  two: 'the leader and a follower',
  all: 'each member',
};

const WORDS: { readonly [Done in Does]: (step: Step<Done>) => string } = {
  scale: ({ to }) => `scale to ${to}`,
  edit: ({ spec }) => `edit ${JSON.stringify(spec)}`,
  'use-image': ({ image }) => `image ${image}`,
  'update-image': () => 'image under another name',
  kubectl: ({ args }) => `kubectl ${args}`,
  'create-again': ({ replicas }) => `delete the resource, create ${replicas}`,
  'create-as-it-was': () => 'delete the resource, create it as it was',
  'replace-by-force': ({ replicas }) => `replace the resource by force, ${replicas}`,
  'issue-certificates': () => 'give out certificates',
  'await-certificates': () => 'until all members use their certificates',
  recover: () => 'consent to a recovery',
  'do-as-told': () => 'delete the volume and the pod that the message names',
  'install-again': () => 'install a second operator',
  'uninstall-again': () => 'uninstall the second operator',
  'update-operator': () => 'update the operator',
  'scale-operator': ({ to }) => `scale the operator to ${to}`,
  'start-brokers': ({ ids }) => `start brokers ${ids.join(', ')}`,
  'await-brokers': ({ ids }) => `until brokers ${ids.join(', ') || 'are gone'}`,
  'lead-beside-clients': () => 'hand over to the member beside the clients',
  await: ({ reason }) => `until ${reason}`,
  settle: () => 'until all is well',
  write: ({ writes }) => `${writes} writes`,
  'delete-pods': ({ whose }) => `delete the pod of ${NOUNS[whose]}`,
  kill: ({ whose }) => `kill the process of ${NOUNS[whose]}`,
  'kill-operator': () => 'kill the operator',
  'stop-operator': ({ seconds }) => `stop the operator that acts for ${seconds} s`,
  'set-clocks': ({ hours }) => `all clocks ${hours} h ahead`,
  'lose-volumes': ({ whose }) => `delete pod and volume of ${NOUNS[whose]}`,
  damage: ({ whose }) => `damage the log of ${NOUNS[whose]}`,
  'empty-volumes': ({ whose }) => `empty the volume of ${NOUNS[whose]}`,
  'fill-volumes': ({ whose }) => `fill the volume of ${NOUNS[whose]}`,
  'free-volumes': ({ whose }) => `free the volume of ${NOUNS[whose]}`,
  'cut-off-node': ({ whose, seconds }) => `cut off the node of ${NOUNS[whose]} for ${seconds} s`,
  'set-nodes-apart': () => 'all nodes but one hear each other alone',
  'delete-nodes-apart': () => 'delete those nodes',
  'rejoin-nodes': () => 'join the nodes again',
  'delete-node': ({ whose }) => `delete the node of ${NOUNS[whose]}`,
  'await-moves': () => 'until its pods are elsewhere',
  'restore-nodes': () => 'bring deleted nodes back',
  'switch-off-node': ({ whose }) => `switch off the node of ${NOUNS[whose]}`,
  'take-out-of-service': () => 'take that node out of service',
  'switch-on-nodes': () => 'switch it on, and put it into service',
  'stop-api-server': ({ seconds }) => `stop the API server for ${seconds} s`,
  'kill-api-server': () => 'kill the API server',
  'back-up-kubernetes': () => 'back up the state of Kubernetes',
  'restore-kubernetes': () => 'restore the state of Kubernetes',
};
