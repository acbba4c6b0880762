/** Everything the operator can do. One of these at a time; each carries what it was decided on. */
import type { Change } from '../../proto/gen/robustmq/admin/v1/admin.ts';
import type { CertificateRole } from '../api/certificates.ts';
import type { Bootstrap, ClusterStatus } from '../api/cluster.ts';

export type Action =
  | { readonly kind: 'apply-child'; readonly child: string; readonly name: string }
  /** A new authority: whoever believed the one before goes on believing it. */
  | {
      readonly kind: 'issue-authority';
      readonly name: string;
      /** Undefined: it is created. */
      readonly resourceVersion?: string | undefined;
    }
  | {
      readonly kind: 'issue-certificate';
      readonly role: CertificateRole;
      readonly name: string;
      /** `kept`: only whom its holder believes is changed. */
      readonly certificate: 'new' | 'kept';
      /** Whom its holder is to believe, by fingerprint. */
      readonly authorities: readonly string[];
      readonly resourceVersion?: string | undefined;
    }
  | {
      readonly kind: 'delete-child';
      readonly child: string;
      readonly name: string;
      readonly uid: string;
    }
  | {
      readonly kind: 'apply-stateful-set';
      readonly replicas: number;
      readonly bootstrap?: Bootstrap | undefined;
      /** Undefined: it is created. */
      readonly resourceVersion?: string | undefined;
    }
  /** Its pods stay, and the next one takes them over: how templates of volumes are changed. */
  | { readonly kind: 'orphan-stateful-set'; readonly uid: string }
  | { readonly kind: 'delete-pod'; readonly pod: string; readonly uid: string }
  | { readonly kind: 'delete-volume'; readonly volume: string; readonly uid: string }
  | {
      readonly kind: 'grow-volume' | 'own-volume' | 'disown-volume';
      readonly volume: string;
      readonly resourceVersion: string;
    }
  | { readonly kind: 'bootstrap'; readonly pod: string; readonly bootstrap: Bootstrap }
  | {
      readonly kind: 'change-membership';
      /** The leader's. */
      readonly pod: string;
      readonly configurationIndex: number;
      readonly changes: readonly Change[];
    }
  | {
      readonly kind: 'transfer';
      /** The leader's, in this term. */
      readonly pod: string;
      readonly term: number;
      readonly configurationIndex: number;
      readonly memberId: number;
    }
  | {
      readonly kind: 'recover';
      readonly pod: string;
      readonly incidentId: string;
      readonly memberId: number;
      readonly lastLogTerm: number;
      readonly lastLogIndex: number;
    }
  | { readonly kind: 'write-status'; readonly status: ClusterStatus };
