import type { Index } from '../../raft/ids.ts';
import type { Request } from '../../state/command.ts';
import { isEqual } from '../evidence/bytes.ts';
import { decodeReply, requestOf } from '../clients/register-machine.ts';
import type { OperationResult } from '../clients/operation.ts';
import type { Observation } from '../observation.ts';
import { Violation, type Property } from './property.ts';

const NAME = 'a numbered write is carried out once';

/** A numbered write that was carried out. */
interface CarriedOut {
  readonly index: Index;
  readonly reply: Uint8Array;
}

/** What of a client was carried out, by number. */
type Client = Map<number, CarriedOut>;

/**
 * However often a client sends a write under one number, it is carried out once, at one place of the
 * log on all members, and whoever asks again gets the first result, as long as no later number of
 * the client was carried out. Nobody is told that nothing is known of a number that must be.
 */
export const retriesCarriedOutOnce: Property = {
  name: NAME,
  source: 'Raft dissertation §6.3; RIFL (Lee et al. 2015)',
  watch() {
    const byClient = new Map<string, Client>();
    const requests = new Map<number, Request>();

    return (observation) => {
      if (observation.kind === 'invoked') {
        if (observation.request !== undefined) requests.set(observation.id, observation.request);
      } else if (observation.kind === 'returned') {
        const { id, outcome } = observation;
        const request = requests.get(id);
        requests.delete(id);
        if (request === undefined || outcome.kind !== 'ok') return;
        checkAnswer(request, outcome.result, byClient.get(request.client));
      } else if (observation.kind === 'applied' && observation.entry.kind === 'command') {
        const request = requestOf(observation.entry.data);
        if (request === undefined) return;
        const known = byClient.get(request.client) ?? new Map<number, CarriedOut>();
        byClient.set(request.client, known);
        if (observation.carriedOut) checkCarriedOut(observation, request, known);
        else checkRepeated(observation, request, known);
      }
    };
  },
};

type AppliedOne = Extract<Observation, { readonly kind: 'applied' }>;

/** A member did what the write says: everybody must at this entry, and at no other. */
function checkCarriedOut(
  { actor, entry: { index }, reply }: AppliedOne,
  { client, id }: Request,
  known: Client,
): void {
  const first = known.get(id);
  if (first === undefined) known.set(id, { index, reply });
  else if (first.index !== index) {
    fail(
      actor,
      `carried out request ${id} of ${client} at ${index}, and it was carried out at ${first.index}`,
    );
  } else if (!isEqual(first.reply, reply)) {
    fail(actor, `has another result than others for request ${id} of ${client} at ${index}`);
  }
}

/** A member did not do what the write says. */
function checkRepeated(
  { actor, entry: { index }, reply }: AppliedOne,
  { client, id }: Request,
  known: Client,
): void {
  const carriedOut = known.get(id);
  const first = carriedOut !== undefined && carriedOut.index < index ? carriedOut : undefined;
  if (carriedOut?.index === index) {
    fail(actor, `did not carry out request ${id} of ${client} at ${index}, as others did`);
  }
  if (decodeReply(reply).kind === 'result') {
    if (first === undefined) {
      fail(actor, `answered request ${id} of ${client} at ${index}, which nobody carried out`);
    } else if (!isEqual(first.reply, reply)) {
      fail(actor, `answered request ${id} of ${client} at ${index} otherwise than the first time`);
    }
    return;
  }
  const last = lastBefore(known, index);
  if (first === undefined ? id === last + 1 : id === last) {
    fail(actor, `turned request ${id} of ${client} away at ${index}; the last one was ${last}`);
  }
}

/** What a client was told is what was answered when its write was carried out. */
function checkAnswer(
  { client, id }: Request,
  result: OperationResult,
  known: Client | undefined,
): void {
  const first = known?.get(id);
  if (first === undefined) {
    throw new Violation(NAME, `${client} was answered for request ${id}, which nobody carried out`);
  }
  const reply = decodeReply(first.reply);
  if (reply.kind === 'result' && reply.result === result) return;
  throw new Violation(NAME, `${client} was told another result of request ${id} than the first`);
}

/** The last number that was carried out before an entry; 0 for none. */
function lastBefore(known: Client, index: Index): number {
  let last = 0;
  for (const [id, each] of known) if (each.index < index && id > last) last = id;
  return last;
}

function fail({ directory }: AppliedOne['actor'], what: string): never {
  throw new Violation(NAME, `${directory} ${what}`, [directory]);
}
