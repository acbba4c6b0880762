import process from 'node:process';

// Under CI a focused or a skipped test is a failure: it would hide what was not run.
const ci = Boolean(process.env.CI);

export default {
  spec: ['.ci/*.spec.ts', 'proto/*.spec.ts', '{server,operator,e2e}/**/*.spec.ts'],
  extension: ['ts'],
  reporter: './.ci/reporter.ts',
  timeout: 10_000,
  retries: 0,
  failZero: true,
  forbidOnly: ci,
  forbidPending: ci,
};
