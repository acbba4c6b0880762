import { strictEqual } from 'node:assert/strict';
import { LIFETIMES } from '../../api/certificates.ts';
import type { SeenSecret, SeenTls } from '../observation.ts';
import { settledDecision, told } from '../testing/next-action.ts';
import { seen } from '../testing/seen.ts';
import type { PodWords } from '../testing/seen.ts';

const NOW_MS = 1_767_268_800_000;
const DAY_MS = 86_400_000;

/** What members say they use. */
type Uses = readonly [own: string, ...authorities: string[]];

interface Words {
  /** Undefined: it is gone. */
  readonly authority?: { readonly ageDays?: number; readonly problem?: string };
  readonly peer?: LeafWords;
  readonly operator?: LeafWords;
  /** One for each pod; undefined: silent. */
  readonly uses?: readonly (Uses | undefined)[];
}

interface LeafWords {
  readonly ageDays?: number;
  readonly signedBy?: string;
  /** How old the authority is that signed it. */
  readonly signerAgeDays?: number;
  readonly believes?: readonly string[];
  readonly missing?: true;
  readonly ownership?: SeenSecret['ownership'];
}

const certificate = (fingerprint: string, ageDays: number, days: number, signedBy?: string) => ({
  fingerprint,
  notBeforeMs: NOW_MS - ageDays * DAY_MS,
  notAfterMs: NOW_MS + (days - ageDays) * DAY_MS,
  ...(signedBy !== undefined && { signedBy }),
});

function leaf(name: string, words: LeafWords = {}): SeenSecret {
  const { ageDays = 1, signedBy = 'new', believes = ['new'], missing } = words;
  if (missing) return { name, ownership: 'ours', problem: 'it is missing', authorities: [] };
  return {
    name,
    resourceVersion: '3',
    ownership: words.ownership ?? 'ours',
    certificate: {
      ...certificate(`${name}-1`, ageDays, 90, signedBy),
      ...(words.signerAgeDays !== undefined && {
        signerNotBeforeMs: NOW_MS - words.signerAgeDays * DAY_MS,
      }),
    },
    authorities: believes,
  };
}

const tlsOf = ({ authority = {}, peer, operator }: Words): SeenTls => ({
  authority:
    authority.problem === undefined
      ? {
          name: 'ca',
          resourceVersion: '2',
          ownership: 'ours',
          certificate: certificate('new', authority.ageDays ?? 1, 3_650),
          authorities: [],
        }
      : { name: 'ca', ownership: 'ours', problem: authority.problem, authorities: [] },
  peer: leaf('peer', peer),
  operator: leaf('operator', operator),
});

const THREE: readonly PodWords[] = [{ id: 1, leads: true }, { id: 2 }, { id: 3 }];
const SETTLED: Uses = ['peer-1', 'new'];
const BOTH: Uses = ['peer-1', 'new', 'old'];

function decision(words: Words): string {
  const { uses = [SETTLED, SETTLED, SETTLED] } = words;
  const bare = seen({ pods: THREE });
  const pods = bare.pods.map((pod, at) => {
    const [own = '', ...authorities] = uses[at] ?? [];
    const { status, ...rest } = pod;
    if (uses[at] === undefined || status === undefined) return rest;
    return { ...rest, status: { ...status, certificates: { own, authorities } } };
  });
  return told({ pods: THREE, rest: { pods, tls: tlsOf(words) } });
}

const OLD = { signedBy: 'old', believes: ['old'] } as const;
const TRUSTING = { signedBy: 'old', believes: ['new', 'old'] } as const;
const HOUR = 1 / 24;
const AHEAD = {
  peer: { ...TRUSTING, signerAgeDays: -HOUR },
  operator: { ...TRUSTING, signerAgeDays: -HOUR },
} as const;
const SIGNED = { believes: ['new', 'old'] } as const;

const rows: readonly (readonly [name: string, words: Words, decision: string])[] = [
  ['leaves alone what is in order', {}, 'settled'],
  [
    'makes an authority first',
    {
      authority: { problem: 'it is missing' },
      peer: { missing: true },
      operator: { missing: true },
    },
    'IssuingCertificates: new authority in ca over nothing',
  ],
  [
    'has it sign for members, then for the operator',
    { peer: { missing: true }, operator: { missing: true } },
    'IssuingCertificates: new certificate of peer, believing new, over nothing',
  ],
  [
    'issues what is missing on its own',
    { operator: { missing: true } },
    'IssuingCertificates: new certificate of operator, believing new, over nothing',
  ],
  ['leaves certificates of 59 days alone', { peer: { ageDays: 59 } }, 'settled'],
  [
    'renews certificates of 60 days, and asks nobody',
    { peer: { ageDays: 60 }, uses: [undefined, SETTLED, SETTLED] },
    'IssuingCertificates: new certificate of peer, believing new, over 3',
  ],
  [
    'replaces an authority that has come of age',
    { authority: { ageDays: LIFETIMES.authorityRotatedMs / DAY_MS } },
    'IssuingCertificates: new authority in ca over 2',
  ],
  [
    'has a new authority believed before it signs',
    { peer: OLD, operator: OLD, uses: [['peer-1', 'old'], BOTH, BOTH] },
    'RotatingAuthority: kept certificate of peer, believing new old, over 3',
  ],
  [
    'has the operator believe it, too',
    { peer: TRUSTING, operator: OLD },
    'RotatingAuthority: kept certificate of operator, believing new old, over 3',
  ],
  [
    'waits for a member that does not believe it yet',
    { peer: TRUSTING, operator: TRUSTING, uses: [BOTH, ['peer-1', 'old'], BOTH] },
    'wait RotatingAuthority: demo-meta-1 has not said that it believes the new authority',
  ],
  [
    'has it sign when all believe it',
    { peer: TRUSTING, operator: TRUSTING, uses: [BOTH, BOTH, BOTH] },
    'IssuingCertificates: new certificate of peer, believing new old, over 3',
  ],
  [
    'waits for nobody when a certificate is about to end',
    {
      peer: { ...TRUSTING, ageDays: 81 },
      operator: TRUSTING,
      uses: [BOTH, ['peer-1', 'old'], BOTH],
    },
    'IssuingCertificates: new certificate of peer, believing new old, over 3',
  ],
  [
    'replaces no authority while one is being replaced',
    {
      authority: { ageDays: LIFETIMES.authorityRotatedMs / DAY_MS },
      peer: SIGNED,
      operator: SIGNED,
      uses: [BOTH, ['peer-0', 'new', 'old'], BOTH],
    },
    'wait RotatingAuthority: demo-meta-1 has not said that it uses its new certificate',
  ],
  [
    'drops the old one when all use what the new one signed',
    { peer: SIGNED, operator: SIGNED, uses: [BOTH, BOTH, BOTH] },
    'RotatingAuthority: kept certificate of peer, believing new, over 3',
  ],
  [
    'drops it for the operator as well',
    { operator: SIGNED },
    'RotatingAuthority: kept certificate of operator, believing new, over 3',
  ],
  [
    'goes on believing what members are signed by when a Secret is lost in mid-way',
    { peer: { missing: true }, operator: TRUSTING },
    'IssuingCertificates: new certificate of peer, believing new old, over nothing',
  ],
  [
    'issues again what a clock made that was ahead, and asks nobody',
    { operator: { ageDays: -HOUR }, uses: [undefined, SETTLED, SETTLED] },
    'IssuingCertificates: new certificate of operator, believing new, over 3',
  ],
  ['waits for what begins within the minute', { peer: { ageDays: -HOUR / 120 } }, 'settled'],
  [
    'replaces an authority that a clock made that was ahead, before what it signed',
    { authority: { ageDays: -HOUR }, peer: { ageDays: -HOUR }, operator: { ageDays: -HOUR } },
    'IssuingCertificates: new authority in ca over 2',
  ],
  [
    'does so though another one is being replaced',
    { authority: { ageDays: -HOUR }, peer: TRUSTING, operator: TRUSTING },
    'IssuingCertificates: new authority in ca over 2',
  ],
  [
    'has the next one sign without those that are silent because of that',
    { ...AHEAD, uses: [BOTH, undefined, BOTH] },
    'IssuingCertificates: new certificate of peer, believing new old, over 3',
  ],
  [
    'waits for those that are not',
    { ...AHEAD, uses: [BOTH, undefined, ['peer-1', 'old']] },
    'wait RotatingAuthority: demo-meta-2 has not said that it believes the new authority',
  ],
  [
    'leaves alone what is not ours',
    { peer: { ownership: 'foreign', ageDays: 80 } },
    'wait ChildNotOurs: Secret peer is there and does not belong to this resource',
  ],
  [
    'waits until what a resource left that was deleted before is gone',
    { authority: { problem: 'it is missing' }, peer: { ownership: 'leaving' } },
    'wait ApplyingChildren: Secret peer of the resource that was deleted before has yet to go',
  ],
];

describe('certificates that the operator issues', () => {
  for (const [name, words, wanted] of rows) {
    it(name, () => strictEqual(decision(words), wanted));
  }

  it('hold nobody back while members are waited for', () => {
    const tls = tlsOf({ peer: TRUSTING, operator: TRUSTING });
    const { decision: next } = settledDecision(
      seen({ pods: THREE, set: { state: 'differs' }, rest: { tls } }),
    );
    strictEqual(next.kind === 'act' && next.action.kind, 'apply-stateful-set');
  });
});

const given = (peer: Partial<SeenSecret>, operator: Partial<SeenSecret> = {}): SeenTls => ({
  peer: { ...leaf('mine'), ...peer },
  operator: { ...leaf('ours'), ...operator },
});

const PROBLEM = { certificate: undefined, problem: 'tls.key is not the key of tls.crt' };

const givenRows: readonly (readonly [name: string, tls: SeenTls, decision: string])[] = [
  ['are taken as they are, whoever signed them', given({}), 'settled'],
  [
    'are named when they cannot be used, and nothing is changed',
    given(PROBLEM as unknown as Partial<SeenSecret>),
    'wait CertificatesInvalid: Secret mine: tls.key is not the key of tls.crt',
  ],
  [
    'have to be valid now',
    given({ certificate: certificate('x', 100, 90, 'new') }),
    'wait CertificatesInvalid: Secret mine: tls.crt has expired',
  ],
  [
    'have to be valid already',
    given({}, { certificate: certificate('x', -1, 90, 'new') }),
    'wait CertificatesInvalid: Secret ours: tls.crt is not valid yet',
  ],
  [
    'have to be believed by each other',
    given({}, { certificate: certificate('x', 1, 90, 'another') }),
    'wait CertificatesInvalid: Secret ours: tls.crt is signed by no authority in ca.crt of Secret mine',
  ],
];

describe('certificates that a person gives', () => {
  for (const [name, tls, wanted] of givenRows) {
    it(name, () => {
      const words = { pods: THREE, set: { state: 'differs' }, rest: { tls } } as const;
      const usual = 'ApplyingChildren: apply 3 pods over 7, begun by directory-1';
      strictEqual(told(words), wanted === 'settled' ? usual : wanted);
    });
  }
});
