import type { Mutant } from '../mutant.ts';

const VERDICT = 'server/controllers/divergence-verdict.ts';
const AGREE = 'states are brought in line';
const LIVENESS = 'liveness after healing';

/** Bugs in comparing states, and in bringing them in line. */
export const DIVERGENCE_BUGS: readonly Mutant[] = [
  {
    name: 'hash not updated on delete',
    description: 'A row that is deleted stays in the hash of the state.',
    edits: [
      {
        file: 'server/storage/memory/state-content.ts',
        find: '  replaceRow(content.hash, key, content.rows.get(key), value);',
        replace:
          '  if (value !== undefined) replaceRow(content.hash, key, content.rows.get(key), value);',
      },
    ],
    caughtBy: [AGREE, LIVENESS],
  },
  {
    name: 'majority rebuilt',
    description: 'Those that have the same state as most are taken for wrong.',
    edits: [
      {
        file: VERDICT,
        find: '    .filter(([, report]) => report !== undefined && report.hash !== hash)',
        replace: '    .filter(([id, report]) => id !== findings.self && report?.hash === hash)',
      },
    ],
    caughtBy: [AGREE],
  },
  {
    name: 'rot kept to oneself',
    description: 'A member that finds its disk rotten tells nobody.',
    edits: [
      {
        file: 'server/node/state-checks.ts',
        find: '    return last && damage ? { index: last.index, hash: undefined } : last;',
        replace: '    return last;',
      },
    ],
    caughtBy: [LIVENESS],
  },
  {
    name: 'rows of a comparison lost',
    description: 'What was applied since a comparison is flushed as if it were in it.',
    edits: [
      {
        file: 'server/node/overlay.ts',
        find: '  if (overlay.cut === undefined) cutOverlay(overlay);\n',
        replace: '  overlay.cut ??= createLayer();\n',
      },
    ],
    caughtBy: ['state machine safety'],
  },
];
