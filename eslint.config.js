import js from '@eslint/js';
import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';

/** Code whose output is a function of its input alone: replicas and replays must agree on it. */
const pureFolders = [
  'server/raft',
  'server/state',
  'server/codec/layout',
  'server/codec/robustmq',
  'operator/api',
  'operator/plan',
  'operator/resources',
];

/** Packages whose types pure code may name: their code is not loaded. */
const typePackages = '@kubernetes/client-node$';

const tests = ['**/*.spec.ts', '**/*.contract.ts', '**/*.e2e.ts'];

/** Code that is replayed from a seed: a driver on its ports, the ports in memory, and the world around it. */
const simulated = [
  'server/{node,sim,storage/memory}/**/*.ts',
  'server/transport/memory.ts',
  'server/codec/**/*.ts',
  'server/controllers/divergence-{controller,verdict}.ts',
];

/** Where a simulation is begun, spread over threads, and written down. */
const simulationEdges = [
  'server/sim/main.ts',
  'server/sim/run/{failure,pool,seeds,worker}.ts',
  'server/sim/mutants/{hunter,hunters,main,seam}.ts',
];

const ambientGlobals = {
  Date: 'Time is an input of pure code.',
  performance: 'Time is an input of pure code.',
  setTimeout: 'Ask for time by an effect; a tick is an input.',
  setInterval: 'Ask for time by an effect; a tick is an input.',
  setImmediate: 'Pure code runs to its end in one call.',
  queueMicrotask: 'Pure code runs to its end in one call.',
  Promise: 'Completions are inputs, never promises.',
  process: 'Pure code does not see its process.',
  console: 'Return an effect; the caller logs.',
  crypto: 'Randomness is a value handed in.',
  fetch: 'Pure code does no I/O.',
  Intl: 'Locale data differ between machines; replicas must not.',
  globalThis: 'A way around the other restrictions.',
};

const ambientProperties = [
  { object: 'Math', property: 'random', message: 'Randomness is a value handed in.' },
  ...['localeCompare', 'toLocaleString', 'toLocaleLowerCase', 'toLocaleUpperCase'].map(
    (property) => ({
      property,
      message: 'Locale data differ between machines; replicas must not.',
    }),
  ),
];

/** Text for people may be laid out by locale: nothing is decided by it. */
const random = ambientProperties.filter(({ property }) => property === 'random');

const asynchronousSyntax = [
  { selector: ':function[async=true]', message: 'Completions are inputs, never promises.' },
  { selector: 'AwaitExpression', message: 'Completions are inputs, never promises.' },
  { selector: 'ForOfStatement[await=true]', message: 'Completions are inputs, never promises.' },
  { selector: 'ImportExpression', message: 'Pure code loads nothing at run time.' },
  {
    selector: 'TSTypeReference[typeName.name=/^(Promise|PromiseLike)$/]',
    message: 'Completions are inputs, never promises.',
  },
  {
    selector: "TSTypeReference[typeName.name='Date']",
    message: 'Time is a number of milliseconds.',
  },
];

export default defineConfig(
  globalIgnores([
    'dist/',
    'coverage/',
    '.cache/',
    '**/failures/',
    'proto/gen/',
    'operator/api/gen/',
  ]),

  js.configs.recommended,
  tseslint.configs.strictTypeChecked,
  tseslint.configs.stylisticTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true } },
    linterOptions: { reportUnusedDisableDirectives: 'error', reportUnusedInlineConfigs: 'error' },
    rules: {
      eqeqeq: 'error',
      'max-lines': ['error', { max: 400, skipBlankLines: true, skipComments: true }],
      'max-lines-per-function': ['error', { max: 70, skipBlankLines: true, skipComments: true }],
      '@typescript-eslint/consistent-type-exports': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      // An inline `type` would leave an import for its side effects in the stripped output.
      '@typescript-eslint/no-import-type-side-effects': 'error',
      '@typescript-eslint/no-unnecessary-condition': [
        'error',
        { allowConstantLoopConditions: 'only-allowed-literals' },
      ],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      // A `default:` never stands in for a member of a union: the next member added must be noticed.
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: false, requireDefaultForNonUnion: true },
      ],
    },
  },

  {
    files: pureFolders.map((folder) => `${folder}/**/*.ts`),
    ignores: [...tests, '**/testing/**'],
    rules: {
      'no-restricted-globals': [
        'error',
        ...Object.entries(ambientGlobals).map(([name, message]) => ({ name, message })),
      ],
      'no-restricted-properties': ['error', ...ambientProperties],
      'no-restricted-syntax': ['error', ...asynchronousSyntax],
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              regex: `^(?!\\.{1,2}/|${typePackages})`,
              message: 'Pure code imports neither node: modules nor packages.',
            },
          ],
        },
      ],
    },
  },

  {
    files: simulated,
    ignores: [...tests, '**/testing/**', ...simulationEdges],
    rules: {
      'no-restricted-globals': [
        'error',
        ...Object.entries(ambientGlobals).map(([name, message]) => ({ name, message })),
      ],
      'no-restricted-properties': ['error', ...random],
      'no-restricted-syntax': ['error', ...asynchronousSyntax],
    },
  },

  {
    // Streamed, and in no simulation; but a function of the data alone as well.
    files: ['server/codec/backup-file.ts'],
    rules: {
      'no-restricted-globals': [
        'error',
        ...Object.entries(ambientGlobals)
          .filter(([name]) => name !== 'Promise')
          .map(([name, message]) => ({ name, message })),
      ],
      'no-restricted-syntax': 'off',
    },
  },

  {
    files: tests,
    rules: {
      'max-lines': 'off',
      'max-lines-per-function': 'off',
      '@typescript-eslint/no-empty-function': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-unused-expressions': 'off',
    },
  },

  { files: ['**/*.js'], extends: [tseslint.configs.disableTypeChecked] },
);
