import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SETTINGS } from '../../../server/config/settings.ts';

const CRD = join(import.meta.dirname, '..', '..', '..', 'crds', 'robustmqclusters.yaml');
/** Those of the operator. */
const OWN = /^(data_dir|bootstrap|join|peers|insecure_peers|(listen|advertise|tls)[.].*)$/;

describe('settings of members in the resource', () => {
  it('are all that there are, but for those of the operator', () => {
    const text = readFileSync(CRD, 'utf8');
    const [, list = ''] = /key in \[([^\]]*)\]/.exec(text) ?? [];
    const named = [...list.matchAll(/'([^']+)'/g)].map(([, key]) => key);
    const there = Object.keys(SETTINGS).filter((key) => !OWN.test(key));
    assert.deepEqual(named, there);
  });
});
