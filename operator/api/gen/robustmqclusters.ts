// Generated from crds/robustmqclusters.yaml by .ci/crd-types.ts. Do not edit: npm run generate
import type { ObjectMeta } from '../object-meta.ts';

/**
 * A RobustMQ cluster. The operator runs its members, changes their number one safe step at a time, and replaces what is lost.
 */
export interface RobustMQCluster {
  /**
   * Version of the schema of this resource, such as robustmq.io/v1alpha1.
   */
  apiVersion?: string;
  /**
   * RobustMQCluster.
   */
  kind?: string;
  /**
   * What is wanted. The operator never writes here.
   */
  spec: {
    /**
     * The operator looks on, keeps the status up to date, and changes nothing else. For repairs by hand. Only storage.onDelete Retain is carried out.
     */
    paused: boolean;
    /**
     * MetaService: the Raft group that holds all metadata and watches over the brokers.
     */
    meta: {
      /**
       * Number of voting members, 1 to 7. Odd numbers are best: 3 survive the loss of one, 5 of two. 4 survive no more than 3 do. With 1 or 2 every restart is a gap. May be changed at any time, also by kubectl scale.
       */
      replicas: number;
      /**
       * Release to run, such as 0.1.0. The operator takes the image from its own repository of images. Members are updated one at a time, the leader last. Never older than what all members have run before.
       */
      version?: string;
      /**
       * Image to run instead of a release, with a tag or a digest, such as registry.example:5000/robustmq/meta:0.1.0. The tag "latest" is refused, because members could then run different programs. A change rolls through the members.
       */
      image?: string;
      /**
       * What each member asks of its node. A memory limit below 512Mi is too little for most uses.
       */
      resources: {
        /**
         * What the scheduler sets aside for a member, by resource: cpu, memory.
         */
        requests: {
          /**
           * Quantity, such as 500m or 1Gi.
           */
          [k: string]: number | string;
        };
        /**
         * What a member cannot exceed, by resource. A limit of memory ends a member that passes it; a limit of cpu slows down elections.
         */
        limits: {
          /**
           * Quantity, such as 500m or 1Gi.
           */
          [k: string]: number | string;
        };
      };
      /**
       * The volume of each member. It holds the identity of the member as well as its data.
       */
      storage: {
        /**
         * Size of each volume, at least 1Gi. May grow later if the class allows it, never shrink.
         */
        size: string;
        /**
         * StorageClass of the volumes; the default class of the cluster if not set. Cannot be changed later.
         */
        class?: string;
        /**
         * What becomes of the volumes when this resource is deleted. Retain keeps them, and a resource of the same name finds its data again. Delete removes them with it. Volumes of members that were scaled away are always removed.
         */
        onDelete: 'Retain' | 'Delete';
      };
      /**
       * On which nodes members run.
       */
      scheduling: {
        /**
         * Whether each member must have a node of its own (Required: otherwise it waits), or gets one if there is one (Preferred).
         */
        spread: 'Required' | 'Preferred';
        /**
         * Whether members must be spread evenly over the zones of the cluster, are if it is possible, or wherever they fit.
         */
        zones: 'Required' | 'Preferred' | 'Ignored';
        /**
         * Labels that a node must have, by name.
         */
        nodeSelector?: {
          /**
           * Value of the label.
           */
          [k: string]: string;
        };
        /**
         * Taints of nodes that members put up with.
         *
         * @maxItems 16
         *
         * Items: One taint, or all those that match.
         */
        tolerations?: {
          /**
           * Key of the taint; all keys if not set and operator is Exists.
           */
          key?: string;
          /**
           * Exists tolerates every value of the key, Equal the one given.
           */
          operator: 'Exists' | 'Equal';
          /**
           * Value of the taint.
           */
          value?: string;
          /**
           * Effect of the taint; all effects if not set.
           */
          effect?: 'NoSchedule' | 'PreferNoSchedule' | 'NoExecute';
          /**
           * How long a taint of effect NoExecute is tolerated; for ever if not set. Only with that effect.
           */
          tolerationSeconds?: number;
        }[];
        /**
         * PriorityClass of the pods.
         */
        priorityClassName?: string;
      };
      /**
       * Additions to the pods. Nothing here can loosen their security or move their storage.
       */
      pod: {
        /**
         * Labels of the pods, besides those of the operator.
         */
        labels?: {
          /**
           * Value of the label.
           */
          [k: string]: string;
        };
        /**
         * Annotations of the pods, for meshes, log collectors and the like.
         */
        annotations?: {
          /**
           * Value of the annotation.
           */
          [k: string]: string;
        };
        /**
         * Secrets to pull the image with.
         *
         * @maxItems 8
         *
         * Items: One secret.
         */
        imagePullSecrets?: {
          /**
           * Name of a Secret of this namespace.
           */
          name: string;
        }[];
        /**
         * How long a member may take to hand over leadership and to end requests in work.
         */
        terminationGracePeriodSeconds: number;
      };
      /**
       * Settings of the members by key, such as raft.election_timeout: 2s. robustmq-meta server --print-config has all. A change rolls through the members.
       */
      configuration?: {
        /**
         * Value of the setting, always as text, such as "2s", "64MiB", "true" or "100".
         */
        [k: string]: string;
      };
      /**
       * How members and the operator prove to each other who they are, on port 1230.
       */
      tls: {
        /**
         * Managed: the operator is the authority, and renews certificates without a restart. Secret: certificates come from a Secret of yours. Disabled: none, and everybody who reaches the port may change the cluster; the operator warns of it.
         */
        mode: 'Managed' | 'Secret' | 'Disabled';
        /**
         * For mode Secret: a Secret with tls.crt, tls.key and ca.crt for the members. The certificate carries the URI robustmq://peer. Members take what is renewed in it without a restart; for another authority, ca.crt has to hold both for a while.
         */
        secretName?: string;
        /**
         * For mode Secret: a Secret with tls.crt, tls.key and ca.crt for the operator. The certificate carries the URI robustmq://operator. No pod gets it.
         */
        operatorSecretName?: string;
      };
      /**
       * Who may reach the members on port 1228. Pods of this namespace always may.
       */
      clients: {
        /**
         * Others that may, beyond this namespace.
         *
         * @maxItems 32
         *
         * Items: Pods by labels and namespace, or a range of addresses.
         */
        from?: {
          /**
           * Namespaces by their labels; an empty one selects all. Without podSelector, all their pods.
           */
          namespaceSelector?: {
            /**
             * Labels that must all be there.
             */
            matchLabels?: {
              /**
               * Value of the label.
               */
              [k: string]: string;
            };
          };
          /**
           * Pods by their labels, in the selected namespaces, or in this one.
           */
          podSelector?: {
            /**
             * Labels that must all be there.
             */
            matchLabels?: {
              /**
               * Value of the label.
               */
              [k: string]: string;
            };
          };
          /**
           * A range of addresses.
           */
          ipBlock?: {
            /**
             * The range, such as 192.0.2.0/24 or 2001:db8::/64.
             */
            cidr: string;
            /**
             * Ranges within it that are left out.
             *
             * @maxItems 16
             *
             * Items: A range within cidr.
             */
            except?: string[];
          };
        }[];
      };
      /**
       * What the operator does by itself about members that are lost for good.
       */
      remediation: {
        /**
         * Replace a member whose volume is on a node that is gone. The volume is deleted with all it holds. Otherwise the operator says which command does that.
         */
        replaceLostVolume: boolean;
        /**
         * How many members may be replaced within the period; after that a person has to look.
         */
        attempts: number;
        /**
         * Length of the period, in minutes.
         */
        periodMinutes: number;
      };
      /**
       * Consent to go on from one survivor after most members are lost for good. Writes that only the lost ones held are gone; volumes on nodes that are gone are deleted. Works once, for the incident that it names.
       */
      recovery?: {
        /**
         * The incident, as status.incident.id has it.
         */
        incident: string;
        /**
         * The member to go on from: of status.incident.survivors the one that is the furthest.
         */
        member: number;
      };
    };
  };
  /**
   * What the operator has seen. Only the operator writes here.
   */
  status?: {
    /**
     * Generation of the spec that this status is about.
     */
    observedGeneration?: number;
    /**
     * Namespace and name of the installation of the operator that has this cluster; every other one leaves it alone. Delete it when that one is gone for good: the one that is there takes over.
     */
    operator?: string;
    /**
     * Ready, Available, Progressing, Degraded, Stalled and Insecure. The documentation has an entry for every reason.
     *
     * @maxItems 16
     *
     * Items: One condition.
     */
    conditions?: {
      /**
       * Name of the condition.
       */
      type: string;
      /**
       * Whether it holds.
       */
      status: 'True' | 'False' | 'Unknown';
      /**
       * Generation of the spec that it is about.
       */
      observedGeneration?: number;
      /**
       * When the status changed last.
       */
      lastTransitionTime: string;
      /**
       * Why, as one word for programs.
       */
      reason: string;
      /**
       * Why, and what to do, for people.
       */
      message: string;
    }[];
    /**
     * Pods that there are.
     */
    replicas?: number;
    /**
     * Labels of the pods, for the scale subresource.
     */
    selector?: string;
    /**
     * Members that can serve, of those wanted, such as 3/3.
     */
    ready?: string;
    /**
     * Pod of the member that leads.
     */
    leader?: string;
    /**
     * Members that vote.
     */
    voters?: number;
    /**
     * Members that do not vote yet.
     */
    learners?: number;
    /**
     * Newest version that all members have run; no older one is accepted.
     */
    version?: string;
    /**
     * Id of the cluster. A recovery gives it another one.
     */
    clusterId?: string;
    /**
     * How the cluster began; written before the call, so that it is never begun twice.
     */
    bootstrap?: {
      /**
       * Id that the cluster begins with.
       */
      clusterId: string;
      /**
       * Directory of the first member.
       */
      directory: string;
    };
    /**
     * Members of the cluster.
     *
     * @maxItems 16
     *
     * Items: One member.
     */
    members?: {
      /**
       * Id of the member, never used again.
       */
      id: number;
      /**
       * Pod that it runs in; none while it is lost.
       */
      pod?: string;
      /**
       * Directory that the member is bound to.
       */
      directory: string;
      /**
       * Its part in the cluster.
       */
      standing: 'Voter' | 'Learner' | 'Leaving';
      /**
       * Version that it runs.
       */
      version?: string;
    }[];
    /**
     * Brokers that are registered with the members.
     */
    brokers?: {
      /**
       * How many there are.
       */
      count: number;
      /**
       * Their ids, the first 256 of them.
       *
       * @maxItems 256
       *
       * Items: Id of a broker, in decimal digits.
       */
      ids?: string[];
    };
    /**
     * Members that were replaced within the period.
     *
     * @maxItems 20
     *
     * Items: One replacement.
     */
    replacements?: {
      /**
       * Id of the member that went.
       */
      member: number;
      /**
       * When it was decided.
       */
      at: string;
    }[];
    /**
     * New members that were stuck, and are tried afresh once.
     *
     * @maxItems 16
     *
     * Items: One attempt that was given up.
     */
    learnerRetries?: {
      /**
       * Pod of the new member.
       */
      pod: string;
      /**
       * Directory of the attempt.
       */
      directory: string;
    }[];
    /**
     * Loss of the quorum. Copy id and the id of the furthest survivor into spec.meta.recovery to go on from that one, if the others are lost for good.
     */
    incident?: {
      /**
       * Id of the incident.
       */
      id: string;
      /**
       * Members that still answer, the furthest first.
       *
       * @maxItems 16
       *
       * Items: One survivor.
       */
      survivors: {
        /**
         * Id of the member.
         */
        member: number;
        /**
         * Pod that it runs in.
         */
        pod?: string;
        /**
         * Term of its last entry; the higher one is further.
         */
        lastLogTerm: number;
        /**
         * Index of its last entry; among equal terms the higher one is further.
         */
        lastLogIndex: number;
      }[];
    };
    /**
     * The last recovery; the incident that it names is not recovered from again.
     */
    recovery?: {
      /**
       * Id of the incident.
       */
      incident: string;
      /**
       * Id of the member that the cluster went on from.
       */
      member: number;
    };
  };
  metadata: ObjectMeta;
}
