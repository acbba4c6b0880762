/** Who may import whom in the operator, besides what is pure. */

import { confineOwn } from './.dependency-cruiser.rules.js';

export const operator = [
  confineOwn(
    'kube-is-general',
    'operator/kube',
    [],
    'The Kubernetes runtime is a library: not a word of RobustMQ in it.',
  ),
  confineOwn(
    'admin-is-a-client',
    'operator/admin',
    ['^proto/gen/'],
    'The client of the members knows their API and nothing of Kubernetes.',
  ),
  confineOwn(
    'observe-gathers',
    'operator/observe',
    ['^operator/(kube|api|admin|plan|resources)/', '^operator/tls/certificates', '^proto/gen/'],
    'Everything is observed once, before anything is done: observing must not act.',
  ),
  confineOwn(
    'act-carries-out',
    'operator/act',
    [
      '^operator/(kube|api|admin|plan|resources)/',
      '^operator/observe/(changed-object|observe|tls-secrets)',
      '^operator/tls/certificates',
      '^proto/gen/',
    ],
    'Acting takes a decision and carries it out; what it would look up again was not in the plan.',
  ),
  confineOwn(
    'tls-knows-certificates',
    'operator/tls',
    [],
    'What is made of certificates is decided elsewhere: this reads and signs them.',
  ),
  confineOwn(
    'reconcile-puts-together',
    'operator/reconcile',
    ['^operator/(kube|api|admin|observe|plan|act|resources)/', '^operator/tls/certificates'],
    'A round is the same whether objects and members are real or simulated: it knows ports only.',
  ),
  confineOwn(
    'controller-makes-rounds',
    'operator/controller',
    ['^operator/(kube|api|observe|reconcile|resources|telemetry)/'],
    'When a round is made, and of which cluster; what a round does is decided elsewhere.',
  ),
  confineOwn(
    'telemetry-only-looks',
    'operator/telemetry',
    ['^operator/kube/'],
    'Log, metrics and health tell of the process; they cannot be in the way of what they watch.',
  ),
  confineOwn(
    'operator-config-stands-alone',
    'operator/config',
    ['^operator/telemetry/log'],
    'Settings are read and checked before anything is made of them.',
  ),
  confineOwn(
    'operator-sim-knows-ports',
    'operator/sim',
    ['^operator/', '^proto/gen/', '^server/sim/(prng|run/pool|mutants/(mutant|mutate|seam))[.]ts$'],
    'A run of a seed is deterministic only while nothing real takes part.',
  ),
  {
    name: 'only-main-wires-operator',
    comment: 'Configuration and wiring sit at the top; a module below is given what it needs.',
    severity: 'error',
    from: { path: '^operator/[^/]+/' },
    to: { path: String.raw`^operator/[^/]+\.ts$` },
  },
  {
    name: 'operator-folder-without-rule',
    comment: 'A new folder of operator/ gets a rule here that says what it may import.',
    severity: 'error',
    from: {
      path: '^operator/(?!(kube|api|observe|plan|act|resources|admin|reconcile|controller|telemetry|config|sim|tls)/)[^/]+/',
    },
    to: {},
  },
];
