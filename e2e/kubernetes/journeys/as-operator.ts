/** What only the operator may ask of members, asked by somebody who may read its Secret. */
import { randomBytes } from 'node:crypto';
import { SECRET_KEYS } from '../../../operator/api/certificates.ts';
import { childNames } from '../../../operator/api/names.ts';
import { PATHS } from '../../../operator/resources/paths.ts';
import { PORTS } from '../../../operator/resources/ports.ts';
import { RESTRICTED_CONTAINER, RESTRICTED_POD, USER } from '../restricted.ts';
import { CLUSTER } from './sample.ts';
import type { Stage } from './stage.ts';

const RUN_LIMIT = '--timeout=60s';

/** Runs `robustmq-meta` with these words in a pod; throws, with what it said, when it fails. */
export function asOperator(stage: Stage, words: readonly string[]): void {
  const { kubectl } = stage;
  const name = `by-hand-${randomBytes(4).toString('hex')}`;
  const { ok, said } = kubectl.attempt(['create'], podOf(stage, name, words));
  if (!ok) throw new Error(`pod ${name}: ${said}`);
  const ended = kubectl.attempt([
    ...['wait', `pod/${name}`, '--for=jsonpath={.status.phase}=Succeeded', RUN_LIMIT],
  ]);
  if (!ended.ok) {
    const log = kubectl.attempt(['logs', name]).said;
    throw new Error(`robustmq-meta ${words.join(' ')}: ${ended.said}${log}`);
  }
  kubectl('delete', 'pod', name, '--now');
}

function podOf({ ground, namespace, pods }: Stage, name: string, words: readonly string[]): object {
  const { operatorTlsSecret, peerService } = childNames(CLUSTER);
  const members = [...pods().keys()].map((pod) => `${pod}.${peerService}.${namespace}.svc`);
  return {
    ...{ apiVersion: 'v1', kind: 'Pod', metadata: { name } },
    spec: {
      ...{ restartPolicy: 'Never', automountServiceAccountToken: false },
      securityContext: { ...RESTRICTED_POD, fsGroup: USER },
      containers: [
        {
          ...{ name: 'program', image: ground.image, imagePullPolicy: 'IfNotPresent' },
          command: ['robustmq-meta', ...words],
          args: [
            `--endpoints=${members.map((host) => `${host}:${PORTS.peer}`).join()}`,
            `--authority=${PATHS.tls}/${SECRET_KEYS.authorities}`,
            `--certificate=${PATHS.tls}/${SECRET_KEYS.certificate}`,
            `--key=${PATHS.tls}/${SECRET_KEYS.key}`,
          ],
          securityContext: RESTRICTED_CONTAINER,
          volumeMounts: [{ name: 'tls', mountPath: PATHS.tls, readOnly: true }],
        },
      ],
      volumes: [{ name: 'tls', secret: { secretName: operatorTlsSecret, defaultMode: 0o440 } }],
    },
  };
}
