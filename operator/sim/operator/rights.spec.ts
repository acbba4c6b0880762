/** What the installed roles allow is what the operator does: no more, and no less. */
import { deepStrictEqual } from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { CLUSTERS, WATCHED_CHILDREN } from '../../resources/kinds.ts';
import type { EventName } from '../faults/events.ts';
import { runSchedule } from '../run/run.ts';
import { USUAL_PROMPTNESS } from '../world.ts';
import { rightTo } from './rights.ts';
import { NO_TROUBLE } from './trouble.ts';

const INSTALLED = join(import.meta.dirname, '..', '..', '..', 'charts', 'install.yaml');

interface Role {
  readonly kind?: string;
  readonly rules?: readonly {
    readonly apiGroups: readonly string[];
    readonly resources: readonly string[];
    readonly verbs: readonly string[];
  }[];
}

const allowed = new Set(
  parseAllDocuments(readFileSync(INSTALLED, 'utf8'))
    .map((document) => document.toJS() as Role | null)
    .flatMap((each) =>
      each?.kind === 'ClusterRole' || each?.kind === 'Role' ? (each.rules ?? []) : [],
    )
    .flatMap(({ apiGroups, resources, verbs }) =>
      apiGroups.flatMap((group) =>
        resources.flatMap((each) =>
          verbs.map((verb) => `${verb} ${group === '' ? '' : `${group}/`}${each}`),
        ),
      ),
    ),
);

/** Why something is allowed that no round does. */
const BESIDES: Readonly<Record<string, readonly string[]>> = {
  'the cache': [CLUSTERS, ...WATCHED_CHILDREN].flatMap((each) => [
    rightTo('list', each),
    rightTo('watch', each),
  ]),
  'Events, and the same one again': ['create events.k8s.io/events', 'patch events.k8s.io/events'],
  'the election': ['get', 'create', 'update'].map((verb) => `${verb} coordination.k8s.io/leases`),
  // OwnerReferencesPermissionEnforcement: whoever changes the owner of an object must be allowed to delete it.
  'children that are taken over': [
    'delete services',
    'delete serviceaccounts',
    'delete networking.k8s.io/networkpolicies',
  ],
};

/** Everything that the operator does at some time, in one life; by this seed, members go from three to one. */
const EVENTS: readonly EventName[] = [
  ...(['configure', 'grow volumes', 'own volumes', 'lose volume', 'upgrade', 'scale'] as const),
];

describe('the rights of the operator', () => {
  let used: ReadonlySet<string>;

  before(async function () {
    this.timeout(60_000);
    const { rights } = await runSchedule({
      ...{
        seed: 27,
        replicas: 3,
        pinned: true,
        promptness: USUAL_PROMPTNESS,
        replaceLostVolume: false,
      },
      trouble: NO_TROUBLE,
      events: EVENTS.map((name, nth) => ({ atMs: 60_000 * (nth + 1), name })),
      untilMs: 60_000 * (EVENTS.length + 1),
    });
    used = rights;
  });

  it('are enough for whatever it does', () => {
    deepStrictEqual(
      [...used].filter((each) => !allowed.has(each)),
      [],
    );
  });

  it('are needed, each of them', () => {
    const besides = new Set(Object.values(BESIDES).flat());
    deepStrictEqual(
      [...allowed].filter((each) => !used.has(each) && !besides.has(each)),
      [],
    );
  });

  it('are named for another reason only where they are given', () => {
    deepStrictEqual(
      Object.values(BESIDES)
        .flat()
        .filter((each) => !allowed.has(each)),
      [],
    );
  });
});
