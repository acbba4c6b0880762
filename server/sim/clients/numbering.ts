/** How a simulated client numbers some of its writes, so that it may send them again. */
import { createPrng } from '../prng.ts';
import type { Prng } from '../prng.ts';
import type { Numbered } from './register-machine.ts';

/**
 * Share of the seeds in which clients number writes, and of the writes that are numbered there: what
 * is remembered makes states and snapshots larger, and other seeds are to have small ones.
 */
const SEEDS_SHARE = 0.5;
const NUMBERED_SHARE = 0.4;
/** Share of the answered ones that are sent again all the same. */
const ECHO_SHARE = 0.2;
const TRIES_MAX = 3;

export interface Numbering {
  readonly client: number;
  readonly prng: Prng;
  /** Names it has had: under a new one it counts from 1 again. */
  names: number;
  /** The last number that may have been used up. */
  last: number;
}

/**
 * None in seeds in which nobody numbers. Draws from a sequence of its own: with or without numbers, a
 * client does the same things.
 */
export function createNumbering(seed: number, client: number): Numbering | undefined {
  if (!createPrng(seed, 'numbers').chance(SEEDS_SHARE)) return undefined;
  return { client, prng: createPrng(seed, `numbers of client ${client}`), names: 1, last: 0 };
}

/** A number for the next write, or none. */
export function drawNumber(numbering: Numbering, nowMs: number): Numbered | undefined {
  const { client, prng, names, last } = numbering;
  if (!prng.chance(NUMBERED_SHARE)) return undefined;
  const request = { client: `${client}.${names}`, id: last + 1 };
  return { request, timeMs: Math.floor(nowMs) };
}

/** How often a write whose outcome nobody can tell is sent, the first time included. */
export const drawTries = ({ prng }: Numbering): number => prng.between(1, TRIES_MAX);

/** Whether a write that was answered is sent again all the same. */
export const drawEcho = ({ prng }: Numbering): boolean => prng.chance(ECHO_SHARE);

/** A short pause before a write is sent again, in ms. */
export const drawRetryMs = ({ prng }: Numbering): number => prng.spread(5, 500);

/** The number was given to a write that was, or may yet be, carried out. */
export function useUp(numbering: Numbering, { request }: Numbered): void {
  numbering.last = request.id;
}

/** Nobody remembers the name: to go on under it would be to be turned away for ever. */
export function takeNewName(numbering: Numbering): void {
  numbering.names += 1;
  numbering.last = 0;
}
