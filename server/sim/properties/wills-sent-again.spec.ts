import { will } from '../../state/registry/will.ts';
import type { BrokerEvent, Observation } from '../observation.ts';
import { describeProperty } from './cases.contract.ts';
import { changed, put, removed } from './testing/broker-observations.ts';
import { willsSentAgain } from './wills-sent-again.ts';

const row = (id: string) => ({ id, tenant: 't', client_id: 'c' });
const first = row('1');
const second = row('3');
const due = changed(1, put(will, first));
const forgotten = changed(2, removed(will, first));
const actor = (at: number) => ({ directory: `d${at}`, incarnation: 1 });
const seen = (event: BrokerEvent, atMs = 0): Observation => ({ kind: 'broker', atMs, event });
const sent = (at = 1, of = first) => seen({ kind: 'willSent', actor: actor(at), will: of });
const handsOver = (atMs: number): Observation =>
  seen({ kind: 'handsOver', actor: actor(1), restMsMax: 500 }, atMs);
const published = seen({ kind: 'willPublished', will: first });
const answered = (answer: 'done' | 'refused' | 'unknown') =>
  seen({ kind: 'willAnswered', actor: actor(1), will: first, answer });

describeProperty(willsSentAgain, {
  breaks: {
    'a will that is sent again though it was published': [
      due,
      sent(),
      published,
      answered('done'),
      sent(),
    ],
    'a will that is sent twice at once': [due, sent(), sent()],
    'a will that is sent again because its sender handed over at once': [
      due,
      sent(),
      handsOver(499),
      published,
      answered('done'),
      sent(2),
    ],
    'a will that is sent again because its sender did not wait until it was forgotten': [
      due,
      sent(),
      published,
      answered('done'),
      handsOver(10),
      sent(2),
    ],
    'a will that is forgotten before it was published': [due, sent(), forgotten],
  },
  holds: {
    'a will that is published': [due, sent(), published, answered('done'), forgotten],
    'a will that is sent again when nobody can tell': [due, sent(), answered('unknown'), sent()],
    'a will that is sent again when it was refused': [due, sent(), answered('refused'), sent()],
    'a will that the next leader sends again': [due, sent(), published, sent(2)],
    'a will whose sender hands over, and learns that nobody can tell': [
      due,
      sent(),
      handsOver(10),
      answered('unknown'),
      sent(2),
    ],
    'a will that the next leader sends again after a transfer that waited': [
      due,
      sent(),
      handsOver(500),
      published,
      sent(2),
    ],
    'another will of the same client': [
      due,
      sent(),
      published,
      answered('done'),
      forgotten,
      changed(3, put(will, second)),
      sent(1, second),
    ],
    'another will of the same client while the first is on its way': [
      due,
      sent(),
      changed(2, put(will, second)),
      published,
      answered('done'),
      sent(1, second),
      sent(2, first),
    ],
  },
});
