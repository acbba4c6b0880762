/**
 * The network between hosts: one link per ordered pair, each with its own chances. Rules say what
 * is wrong with which links; without any, messages of a link arrive in order, after a short time.
 */
import { invariant } from '../../raft/invariant.ts';
import type { Degradation } from '../faults/action.ts';
import type { Coverage } from '../run/coverage.ts';
import type { Prng } from '../prng.ts';
import { createPrng } from '../prng.ts';
import type { Settings } from '../plan/settings.ts';

interface Link {
  readonly prng: Prng;
  blocked: boolean;
  /** Share of messages hit by each fault. */
  readonly shares: Record<Degradation, number>;
  /** When the last message in order arrives. */
  lastUs: number;
}

/** Something wrong with some links, until it is removed. */
export interface LinkRule {
  readonly covers: (from: number, to: number) => boolean;
  readonly does: 'block' | { readonly fault: Degradation; readonly share: number };
}

export interface Links {
  readonly settings: Settings;
  readonly coverage: Coverage;
  readonly links: readonly Link[];
  readonly rules: Set<LinkRule>;
}

/** Links without rules. */
export function createLinks(seed: number, settings: Settings, coverage: Coverage): Links {
  const links: Link[] = [];
  for (let from = 0; from < settings.hosts; from += 1) {
    for (let to = 0; to < settings.hosts; to += 1) {
      links.push({
        prng: createPrng(seed, `link ${from} ${to}`),
        blocked: false,
        shares: { loss: settings.loss, delay: 0, duplicate: 0, reorder: 0 },
        lastUs: 0,
      });
    }
  }
  return { settings, coverage, links, rules: new Set() };
}

/** From now on `rule` holds as well. */
export function addRule(links: Links, rule: LinkRule): void {
  links.rules.add(rule);
  apply(links);
}

/** From now on `rule` does not hold; nothing if it did not. */
export function removeRule(links: Links, rule: LinkRule): void {
  if (links.rules.delete(rule)) apply(links);
}

/** From now on nothing is wrong with any link. */
export function clearRules(links: Links): void {
  links.rules.clear();
  apply(links);
  for (const link of links.links) link.shares.loss = 0;
}

/** Whether anything gets from one host to another. */
export const isBlocked = (links: Links, from: number, to: number): boolean =>
  linkOf(links, from, to).blocked;

/** When the copies of a message sent at `nowUs` arrive. None: it is lost. */
export function arrivals(links: Links, from: number, to: number, nowUs: number): readonly number[] {
  const link = linkOf(links, from, to);
  const { fault } = links.coverage;
  if (link.blocked || rolls(link, 'loss')) {
    fault.messageLost += 1;
    return [];
  }
  const first = arrival(links, link, nowUs);
  if (!rolls(link, 'duplicate')) return [first];
  fault.messageDuplicated += 1;
  const second = first + link.prng.spread(100, 20_000_000);
  return [first, second];
}

function arrival({ settings, coverage }: Links, link: Link, nowUs: number): number {
  const latencyUs = link.prng.between(settings.latencyUsMin, settings.latencyUsMax);
  if (rolls(link, 'reorder')) {
    coverage.fault.messageReordered += 1;
    return nowUs + latencyUs + link.prng.spread(100, 50_000);
  }
  let atUs = nowUs + latencyUs;
  if (rolls(link, 'delay')) {
    atUs += link.prng.spread(1_000, 1_000_000);
    coverage.fault.messageDelayed += 1;
  }
  // In order, as on one connection: what waits lets everything behind it wait.
  link.lastUs = Math.max(link.lastUs, atUs);
  return link.lastUs;
}

const rolls = (link: Link, fault: Degradation): boolean =>
  link.shares[fault] > 0 && link.prng.chance(link.shares[fault]);

function apply({ settings, links, rules }: Links): void {
  for (const [at, link] of links.entries()) {
    const from = Math.floor(at / settings.hosts);
    const to = at % settings.hosts;
    link.blocked = false;
    link.shares.loss = settings.loss;
    link.shares.delay = 0;
    link.shares.duplicate = 0;
    link.shares.reorder = 0;
    for (const { covers, does } of rules) {
      if (!covers(from, to)) continue;
      if (does === 'block') link.blocked = true;
      else link.shares[does.fault] = Math.max(link.shares[does.fault], does.share);
    }
  }
}

function linkOf({ settings, links }: Links, from: number, to: number): Link {
  const link = links[from * settings.hosts + to];
  invariant(link !== undefined, 'a link is between two hosts', { from, to });
  return link;
}
