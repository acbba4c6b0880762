/** Steps in a word. */
import type { Step } from '../steps.ts';

export const SETTLE: Step = { does: 'settle' };
export const scale = (to: number): Step => ({ does: 'scale', to });
export const said = (reason: Step<'await'>['reason']): Step => ({
  does: 'await',
  reason,
});
export const write = (writes: number): Step => ({ does: 'write', writes });
export const kubectl = (args: string, says?: string): Step => ({
  does: 'kubectl',
  args,
  ...(says !== undefined && { says }),
});

export const ALL_NODES = '--selector=kubernetes.io/os=linux';

/** A roll, and nothing else. */
export const CONFIGURE: Step = {
  does: 'edit',
  spec: { meta: { configuration: { 'log.level': 'debug' } } },
};
export const GROW: Step = { does: 'edit', spec: { meta: { storage: { size: '2Gi' } } } };
