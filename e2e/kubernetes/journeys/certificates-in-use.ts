/** Whether the members of a journey use the certificates that they are to use. */
import { setTimeout as sleep } from 'node:timers/promises';
import { SECRET_KEYS } from '../../../operator/api/certificates.ts';
import type { Reason } from '../../../operator/api/condition.ts';
import { childNames } from '../../../operator/api/names.ts';
import { PATHS } from '../../../operator/resources/paths.ts';
import { PORTS } from '../../../operator/resources/ports.ts';
import { createX509Certificates } from '../../../operator/tls/x509-certificates.ts';
import { until } from '../../processes/until.ts';
import { CLUSTER } from './sample.ts';
import type { Stage } from './stage.ts';

/** Those of a member, in its container. */
const FILES = [
  `--authority=${PATHS.tls}/${SECRET_KEYS.authorities}`,
  `--certificate=${PATHS.tls}/${SECRET_KEYS.certificate}`,
  `--key=${PATHS.tls}/${SECRET_KEYS.key}`,
];

const LOOK_MS = 1_000;
/** Kubelet looks at the Secrets of a pod once a minute or so; a change of authorities needs three looks. */
const USE_LIMIT_MS = 400_000;
/** Said while the operator has yet to do something about them. */
const UNDER_WAY: readonly string[] = [
  'IssuingCertificates',
  'RotatingAuthority',
  'CertificatesInvalid',
] satisfies Reason[];

/**
 * Resolves when all members say that they use what their Secret holds, and believe just whom it names, and
 * the operator has no more to do about it.
 */
export function certificatesInUse({ kubectl, resource, pods, namespace }: Stage): Promise<unknown> {
  const { tlsSecret, peerService } = childNames(CLUSTER);
  return until('all members use the certificate of their Secret', USE_LIMIT_MS, async () => {
    await sleep(LOOK_MS);
    const { spec, status } = resource() ?? {};
    if (status?.conditions?.some(({ reason }) => UNDER_WAY.includes(reason)) !== false)
      return false;
    const name = spec?.meta.tls.secretName ?? tlsSecret;
    const held = heldIn(kubectl('get', 'secret', name, '-o=json'));
    const [pod = ''] = pods().keys();
    const { ok, said } = kubectl.attempt([
      ...['exec', pod, '--', 'robustmq-meta', 'status', '-o', 'json', ...FILES],
      `--endpoints=${pod}.${peerService}.${namespace}.svc:${PORTS.peer}`,
    ]);
    const used = ok ? usedBy(said) : [];
    return used.length === spec?.meta.replicas && used.every((each) => each === held);
  });
}

/** Of a certificate and of whom its holder believes, as one text. */
const textOf = (own: string, authorities: readonly string[]): string =>
  [own, ...[...authorities].sort()].join(' ');

function heldIn(secret: string): string {
  const { data } = JSON.parse(secret) as { readonly data: Readonly<Record<string, string>> };
  const [own = ''] = fingerprintsIn(data[SECRET_KEYS.certificate]);
  return textOf(own, fingerprintsIn(data[SECRET_KEYS.authorities]));
}

const fingerprintsIn = (base64 = ''): readonly string[] =>
  createX509Certificates()
    .read(Buffer.from(base64, 'base64').toString('utf8'))
    .map(({ fingerprint }) => fingerprint);

interface StatusOutput {
  readonly members: readonly {
    readonly status?: {
      readonly certificate: string;
      readonly certificate_authorities: readonly string[];
    };
  }[];
}

const usedBy = (said: string): readonly string[] =>
  (JSON.parse(said) as StatusOutput).members.map(({ status }) =>
    status === undefined ? '' : textOf(status.certificate, status.certificate_authorities),
  );
