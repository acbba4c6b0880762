/**
 * Who may import whom. `npm run verify` holds it; the comment of a rule says what it protects.
 * Paths are regular expressions. A module of Node is seen under its bare name ('fs' for 'node:fs').
 */

import { operator } from './.dependency-cruiser.operator.js';
import { confine, confineOwn, tests, typesOnly } from './.dependency-cruiser.rules.js';

const inMemoryPorts = '^server/(storage|transport)/memory';
const packages = 'node_modules/';
const kubernetesTypes = 'node_modules/@kubernetes/client-node/';
const testTools = String.raw`node_modules/(@types/)?(mocha|fast-check|yaml)/`;

const pure = [
  confine(
    'raft-imports-nothing',
    'server/raft',
    [],
    'The consensus core is a function of its inputs; it can be simulated and replayed only while nothing else runs inside it.',
  ),
  confine(
    'state-imports-layouts',
    'server/state',
    ['^server/raft/', '^server/codec/(layout|robustmq)/'],
    'Apply must give the same result on every member: no I/O, no packages, no Node. What brokers keep is laid out by tables, which are as pure.',
  ),
  typesOnly(
    'state-runs-no-raft',
    'server/state',
    '^server/raft/',
    'The replicated state knows the shape of an entry, not how it was agreed on.',
  ),
  confine(
    'plan-is-pure',
    'operator/plan',
    ['^operator/(api|resources)/', '^proto/gen/'],
    'A plan is decided from one observation alone, so that every decision can be put in a table of tests.',
  ),
  typesOnly(
    'plan-knows-members-by-type',
    'operator/plan',
    '^proto/gen/',
    'What members say arrives as plain data; the code that carries it is none of the planner.',
  ),
  confine(
    'resources-are-pure',
    'operator/resources',
    ['^operator/api/', '^operator/kube/api', kubernetesTypes],
    'Builders turn a spec into objects; what they read from elsewhere would not show in a diff.',
  ),
  typesOnly(
    'resources-know-kubernetes-by-type',
    'operator/resources',
    `${kubernetesTypes}|^operator/kube/`,
    'Shapes of objects are checked against the client; its code does not run in a builder.',
  ),
  confine(
    'api-is-pure',
    'operator/api',
    [],
    'Types generated from the CRDs, names and reasons are the bottom of the operator.',
  ),
  confine(
    'layout-imports-nothing',
    'server/codec/layout',
    [],
    'What bytes and JSON follow from a layout depends on nothing else: no packages, no Node.',
  ),
  confineOwn(
    'robustmq-is-tables',
    'server/codec/robustmq',
    ['^server/codec/layout/'],
    'The layouts of RobustMQ are written in the language of layouts, and in nothing besides.',
  ),
  {
    name: 'pure-specs-stay-near',
    comment:
      'A spec that needs more than these folders and test tools is testing a driver: it belongs beside the driver.',
    severity: 'error',
    from: { path: `^(server/(raft|state)|operator/(plan|resources))/.*${tests}` },
    to: {
      pathNot: [
        '^server/(raft|state|sim)/',
        '^server/codec/(layout|robustmq|testing)/',
        '^operator/(plan|resources|api)/',
        testTools,
        '^(assert|assert/strict|buffer|fs|path|url)$',
      ],
    },
  },
];

/** Where a simulation is begun, spread over threads, and written down; everything else of it is a function of a seed. */
const simulationEdges =
  '^server/sim/(main|run/(failure|pool|worker)|mutants/(hunter|hunters|main|seam))[.]ts$';

const server = [
  {
    name: 'simulated-code-sees-no-machine',
    comment:
      'The driver and its simulated world are replayed from a seed: what they learn of the machine would differ the next time.',
    severity: 'error',
    from: { path: '^server/(node|sim)/', pathNot: [tests, '/testing/', simulationEdges] },
    to: { dependencyTypes: ['core'] },
  },
  confine(
    'ports-import-types',
    'server/ports',
    ['^server/(raft|state)/'],
    'A port is an interface; a dependency of its own would be forced on every implementation.',
  ),
  typesOnly(
    'ports-run-nothing',
    'server/ports',
    '^server/(raft|state)/',
    'A port names the shapes of the core and runs none of it.',
  ),
  confineOwn(
    'node-drives-through-ports',
    'server/node',
    ['^server/(raft|state|ports)/'],
    'The simulator drives the real driver; a direct call of storage or transport would escape it.',
  ),
  confineOwn(
    'storage-behind-ports',
    'server/storage',
    ['^server/(ports|raft|state|codec)/'],
    'Storage implements ports and is replaceable; it knows nothing of who uses it.',
  ),
  confineOwn(
    'transport-behind-ports',
    'server/transport',
    ['^server/(ports|raft|state|codec|rpc)/', '^proto/gen/'],
    'Transport implements ports and is replaceable; it knows nothing of who uses it.',
  ),
  confineOwn(
    'http2-is-a-protocol',
    'server/http2',
    [],
    'Bytes in, events and bytes out: it knows no socket, no gRPC and nothing of ours, so that it can be tested frame by frame.',
  ),
  confineOwn(
    'rpc-stands-on-http2',
    'server/rpc',
    ['^server/http2/'],
    'How calls are carried does not depend on what they ask for.',
  ),
  confineOwn(
    'codec-knows-layouts',
    'server/codec',
    ['^server/(raft|state)/'],
    'Layouts on the wire and on disk depend on the data alone.',
  ),
  confineOwn(
    'services-are-thin',
    'server/services',
    ['^server/(node|state|codec|ports|raft|rpc)/', '^proto/gen/'],
    'A handler validates, proposes or reads, and maps the error; the rest is decided in apply.',
  ),
  typesOnly(
    'services-run-no-raft',
    'server/services',
    '^server/raft/',
    'A service names what the core refuses and what a configuration is, and asks the driver to act.',
  ),
  confineOwn(
    'controllers-propose',
    'server/controllers',
    ['^server/(node|state|codec|ports)/', '^server/raft/(ids|membership/quorum)', '^proto/gen/'],
    'A leader-only loop acts through proposals, like any other client of the driver.',
  ),
  confineOwn(
    'observe-only-looks',
    'server/observe',
    ['^server/(node|state|raft|ports|rpc)/'],
    'Metrics, health and logs read; they cannot be in the way of what they watch.',
  ),
  confineOwn(
    'recovery-works-through-ports',
    'server/recovery',
    ['^server/(node|ports|raft|state|codec)/'],
    'Backup, restore and recovery are the same on any storage, and tested on that in memory.',
  ),
  confineOwn(
    'member-wires-what-serves',
    'server/member',
    [
      '^server/(codec|config|controllers|node|observe|ports|raft|recovery|rpc|services|state|storage|transport)/',
      '^proto/gen/',
    ],
    'A member is put together of what serves; commands that reach it over its API, or work on its directory without it, are no part of it.',
  ),
  {
    name: 'only-main-starts-members',
    comment:
      'A member is the whole process: a part of it that reached for the whole would be a cycle.',
    severity: 'error',
    from: { path: '^server/[^/]+/', pathNot: '^server/(member|cli|offline)/' },
    to: { path: '^server/member/' },
  },
  confineOwn(
    'config-stands-alone',
    'server/config',
    [],
    'Settings are read and checked before anything is made of them.',
  ),
  confineOwn(
    'cli-is-a-client',
    'server/cli',
    ['^proto/gen/', '^server/config/'],
    'Commands reach a cluster over its API alone: they run elsewhere, and against members of other versions.',
  ),
  confineOwn(
    'offline-works-on-directories',
    'server/offline',
    ['^server/(cli|config|codec|recovery|storage|ports|raft)/'],
    'Commands on data directories and backup files while no process runs. Members, where one of them minds those too, are spoken to by server/cli alone.',
  ),
  confineOwn(
    'sim-uses-in-memory-ports',
    'server/sim',
    ['^server/(raft|state|node|ports|codec|controllers)/', inMemoryPorts],
    'A run of a seed is deterministic only while no real disk, socket or gRPC handler takes part.',
  ),
  {
    name: 'only-specs-import-sim',
    comment:
      'The simulator is a test; what ships must not contain it, and end-to-end tests do not ship.',
    severity: 'error',
    from: { pathNot: ['^((server|operator)/sim|e2e)/', tests] },
    to: { path: '^(server|operator)/sim/' },
  },
  {
    name: 'only-main-wires-server',
    comment: 'Configuration and wiring sit at the top; a module below is given what it needs.',
    severity: 'error',
    from: { path: '^server/[^/]+/', pathNot: '^server/(cli|offline)/' },
    to: { path: String.raw`^server/([^/]+\.ts$|(cli|offline)/)` },
  },
  {
    name: 'server-folder-without-rule',
    comment: 'A new folder of server/ gets a rule here that says what it may import.',
    severity: 'error',
    from: {
      path: '^server/[^/]+/',
      pathNot:
        '^server/(raft|state|ports|node|storage|transport|codec|services|controllers|observe|config|recovery|member|cli|offline|sim|http2|rpc)/',
    },
    to: {},
  },
];

const everywhere = [
  {
    name: 'operator-without-server',
    comment:
      'The operator speaks to members over the admin API only: they are of different versions during a roll.',
    severity: 'error',
    from: { path: '^operator/', pathNot: '^operator/sim/' },
    to: { path: '^server/' },
  },
  {
    name: 'server-without-operator',
    comment: 'A member runs without Kubernetes.',
    severity: 'error',
    from: { path: '^server/' },
    to: { path: '^operator/' },
  },
  confineOwn(
    'generated-code-stands-alone',
    'proto/gen',
    [],
    'Both sides import the generated code; it can depend on neither.',
  ),
  confineOwn(
    'double-knows-the-wire',
    'e2e/(broker|replay)',
    ['^server/codec/', '^proto/gen/', '^e2e/(broker|replay|processes|local)/'],
    'What stands in for a broker of v0.4.11 shares with the server what is on the wire, and no understanding of it.',
  ),
  {
    name: 'nobody-imports-e2e',
    comment: 'End-to-end suites and benchmarks stand outside of what they measure.',
    severity: 'error',
    from: { pathNot: '^(e2e|[.]ci)/' },
    to: { path: '^e2e/' },
  },
  {
    name: 'nobody-imports-specs',
    comment: 'A spec is run, not imported: importing it would register its tests twice.',
    severity: 'error',
    from: {},
    to: { path: String.raw`\.spec\.ts$` },
  },
  {
    name: 'only-specs-import-contracts',
    comment:
      'The contract suite of a port registers tests; an implementation calls it from its spec.',
    severity: 'error',
    from: { pathNot: tests },
    to: { path: String.raw`\.contract\.ts$` },
  },
  {
    name: 'only-specs-import-testing',
    comment: 'Fixtures and interpreters of tests are no part of what they test, nor of the image.',
    severity: 'error',
    from: { pathNot: ['/testing/', '^e2e/', tests] },
    to: { path: '^(server|operator)/.*/testing/' },
  },
  {
    name: 'no-dev-dependencies-in-production',
    comment: 'The image installs dependencies only.',
    severity: 'error',
    from: {
      path: '^(server|operator|proto)/',
      pathNot: ['^(server|operator)/sim/', '/testing/', tests],
    },
    to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
  },
  {
    name: 'no-cycles',
    comment: 'Modules in a cycle cannot be read, tested or loaded one at a time.',
    severity: 'error',
    from: {},
    to: { circular: true },
  },
  {
    name: 'imports-resolve',
    comment: 'An import that cannot be followed escapes every other rule.',
    severity: 'error',
    from: {},
    to: { couldNotResolve: true },
  },
];

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [...pure, ...server, ...operator, ...everywhere],
  options: {
    // Sees `import type` as well: a boundary holds for types unless its rule says otherwise.
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: packages },
    exclude: { path: '^(dist|coverage|[.]cache)/' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'types'],
    },
  },
};
