import { allOk } from '../health.ts';
import type { Check } from '../health.ts';

export interface HealthAnswer {
  readonly status: 200 | 503;
  readonly body: string;
}

/**
 * Checks as text, as Kubernetes writes them: one line each when `verbose` or failed, else `ok`.
 *
 * @param excluded names that do not count; those that no check has are answered with a warning.
 */
export function healthText(
  probe: 'livez' | 'readyz',
  checks: readonly Check[],
  { verbose, excluded }: { readonly verbose: boolean; readonly excluded: ReadonlySet<string> },
): HealthAnswer {
  const ok = allOk(checks, excluded);
  if (ok && !verbose) return { status: 200, body: 'ok\n' };
  const lines = checks.map((check) =>
    excluded.has(check.name)
      ? `[+]${check.name} excluded: ok`
      : `[${check.ok ? '+' : '-'}]${check.name} ${check.ok ? 'ok' : 'failed'}: ${check.why}`,
  );
  const known = new Set<string>(checks.map(({ name }) => name));
  const strange = [...excluded].filter((name) => !known.has(name));
  if (strange.length > 0) {
    lines.push(`warn: no such checks to exclude: ${strange.join(', ')}`);
  }
  lines.push(`${probe} check ${ok ? 'passed' : 'failed'}`);
  return { status: ok ? 200 : 503, body: lines.join('\n') + '\n' };
}
