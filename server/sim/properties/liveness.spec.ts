import { describeProperty } from './cases.contract.ts';
import { liveness } from './liveness.ts';
import { finished } from './testing/observations.ts';

describeProperty(liveness, {
  breaks: { 'a cluster that does not converge': [finished(false)] },
  holds: { 'one that does': [{ kind: 'healed', atMs: 0, untilMs: 1 }, finished(true)] },
});
