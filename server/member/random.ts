import { randomInt } from 'node:crypto';

const STEPS = 2 ** 32;

/** Chance, from 0 to below 1. */
export const random = (): number => randomInt(STEPS) / STEPS;
