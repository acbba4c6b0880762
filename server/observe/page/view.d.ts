import type { Overview } from '../overview.ts';

/** How good something is: fine, on its way, to be looked at, broken. */
export type Tone = 'good' | 'busy' | 'warn' | 'bad';

export interface Headline {
  readonly tone: Tone;
  readonly title: string;
  readonly text: string;
}

export interface Notice extends Headline {
  readonly advice: string | undefined;
}

export interface MemberRow {
  readonly id: number;
  readonly self: boolean;
  readonly leads: boolean;
  readonly answered: boolean;
  readonly standing: string;
  readonly role: string;
  readonly state: { readonly tone: Tone; readonly text: string };
  readonly address: string;
  readonly lag: string;
  readonly share: number | undefined;
  readonly applied: string;
  readonly durable: string;
  readonly term: string;
  readonly log: string;
  readonly disk: { readonly text: string; readonly used: number | undefined };
  readonly version: string;
  readonly uptime: string;
}

export declare const UNKNOWN: string;
export declare function count(value: number | undefined): string;
export declare function rate(value: number | undefined): string;
export declare function size(bytes: number | undefined): string;
export declare function duration(ms: number | undefined): string;
export declare function growth(
  before: Overview | undefined,
  now: Overview,
  name: 'writesTotal' | 'readsTotal',
): number | undefined;
export declare function headline(overview: Overview): Headline;
export declare function rows(overview: Overview): readonly MemberRow[];
export declare function notices(overview: Overview): readonly Notice[];
