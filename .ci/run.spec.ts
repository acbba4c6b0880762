import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

/** What the end-to-end suites add: two tests that pass. */
const E2E = '[ "$2" = e2e ] && echo "2 passed, 0 failed"; exit 0';

interface Ended {
  readonly status: number | null;
  readonly output: string;
  readonly last: string;
}

/** Runs `.ci/run` with a `npm` of which only `npm test` does something of its own: `script`. */
function runWith(script: string, others = E2E): Ended {
  const { PATH = '' } = process.env;
  const bin = mkdtempSync(join(tmpdir(), 'meta-ci-'));
  try {
    const npm = `#!/usr/bin/env bash\nif [ "$1" = test ]; then\n${script}\nexit\nfi\n${others}\n`;
    writeFileSync(join(bin, 'npm'), npm, { mode: 0o755 });
    // Nothing is installed for this.
    writeFileSync(join(bin, 'apt-get'), '#!/bin/sh\n', { mode: 0o755 });
    const { status, stdout } = spawnSync(join(import.meta.dirname, 'run'), {
      env: { ...process.env, PATH: `${bin}${delimiter}${PATH}` },
      encoding: 'utf8',
    });
    return { status, output: stdout, last: stdout.trimEnd().split('\n').at(-1) ?? '' };
  } finally {
    rmSync(bin, { recursive: true });
  }
}

/** What `npm test` does to one spec file of this content, by Mocha as it is configured. */
function mocha(content: string): Ended {
  const folder = mkdtempSync(join(tmpdir(), 'meta-spec-'));
  try {
    const spec = join(folder, 'one.spec.ts');
    writeFileSync(spec, content);
    const bin = join(import.meta.dirname, '..', 'node_modules', 'mocha', 'bin', 'mocha.js');
    const flags = `--no-config --extension ts --reporter ./.ci/reporter.ts`;
    return runWith(`exec '${process.execPath}' '${bin}' ${flags} '${spec}'`);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

type Run = () => Ended;

const CASES: readonly (readonly [what: string, run: Run, last: string])[] = [
  ['tests that pass', () => mocha("it('holds', () => {});"), '3 passed, 0 failed'],
  [
    'a test that fails',
    () => mocha("it('a', () => {}); it('b', () => { throw new Error(); });"),
    '3 passed, 1 failed',
  ],
  ['a spec that cannot be read', () => mocha('it('), '2 passed, 1 failed'],
  ['a spec that cannot be loaded', () => mocha("import './none.ts';"), '2 passed, 1 failed'],
  ['a bad end', () => runWith('echo "3 passed, 0 failed"; exit 7'), '5 passed, 1 failed'],
  ['no count at all', () => runWith('exit 0'), '2 passed, 1 failed'],
  [
    'end-to-end suites that fail',
    () => runWith('echo "3 passed, 0 failed"', '[ "$2" = e2e ] && exit 3; exit 0'),
    '3 passed, 1 failed',
  ],
  ['an installation that fails', () => runWith('exit 0', 'exit 1'), '0 passed, 1 failed'],
];

describe('What CI runs', () => {
  for (const [what, run, expected] of CASES) {
    it(`ends with the counts after ${what}`, () => {
      const { status, last } = run();
      assert.equal(last, expected);
      assert.equal(status === 0, expected.endsWith(' 0 failed'));
    });
  }

  it('tells of failures again behind all suites', () => {
    const { output } = mocha("it('is that', () => { throw new Error('of this'); });");
    const behind = output.slice(output.indexOf('2 passed, 0 failed'));
    assert.match(behind, /1 failing[^]*is that[^]*of this/);
  });
});
