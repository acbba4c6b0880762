/** A few members, and the network between them; carries out what their cores ask for. */
import { step } from '../core.ts';
import type { Effect, Install, Persist } from '../effect.ts';
import type { MemberId } from '../ids.ts';
import type { Input } from '../input.ts';
import { invariant } from '../invariant.ts';
import type { Message } from '../message.ts';
import { DEFAULT_OPTIONS, type Options } from '../options.ts';
import type { Raft } from '../raft.ts';
import { renderEffect, renderMessage } from './rendering.ts';
import * as station from './station.ts';
import type { Snapshot, Station } from './station.ts';

/** A message on its way, and what the transport delivers beside it. */
interface Parcel {
  readonly message: Message;
  readonly body: Snapshot | undefined;
}

export interface World {
  nowMs: number;
  options: Options;
  readonly stations: Map<number, Station>;
  network: Parcel[];
  /** The group of each member during a partition; all of them are in one otherwise. */
  readonly sides: Map<number, number>;
  /** The last context given to an input. */
  context: number;
  /** Of the present command. */
  output: string[];
}

/** Deliveries of one command: a transcript that needs more does not come to rest. */
const DELIVERIES_MAX = 10_000;

export const createWorld = (): World => ({
  nowMs: 0,
  options: DEFAULT_OPTIONS,
  stations: new Map(),
  network: [],
  sides: new Map(),
  context: 0,
  output: [],
});

export function stationOf(world: World, id: number): Station {
  const found = world.stations.get(id);
  invariant(found !== undefined, 'a transcript names members that are there', { id });
  return found;
}

/** The core of a member that runs. */
export function raftOf(world: World, id: number): Raft {
  const { raft } = stationOf(world, id);
  invariant(raft !== undefined, 'a transcript drives members that run', { id });
  return raft;
}

/** Lets one thing happen to a member, under a headline; a quiet one is not shown if nothing comes of it. */
export function give(world: World, id: number, input: Input, what: string, quiet = false): void {
  const member = stationOf(world, id);
  const effects = step(raftOf(world, id), world.nowMs, input);
  if (effects.length > 0 || !quiet) world.output.push(`${id}: ${what}`);
  for (const effect of effects) {
    for (const line of renderEffect(effect)) world.output.push(`  ${line}`);
  }
  for (const effect of effects) carryOut(world, member, effect);
  if (!member.held) flush(world, member);
}

function carryOut(world: World, member: Station, effect: Effect): void {
  switch (effect.kind) {
    case 'persist':
    case 'install':
      member.writes.push(effect);
      return;
    case 'send':
      world.network.push({ message: effect.message, body: undefined });
      return;
    case 'commit':
      station.apply(member, effect.entries);
      return;
    case 'fetch': {
      const entries = station.readLog(member, effect.after, effect.bytesMax);
      const { to, term, after } = effect;
      give(world, member.id, { kind: 'fetched', to, term, after, entries }, `fetched for ${to}`);
      return;
    }
    case 'sendSnapshot': {
      const body = member.state;
      const { to, term } = effect;
      const header = { kind: 'snapshot', from: member.id, to, term } as const;
      world.network.push({ message: { ...header, snapshot: body.position }, body });
      return;
    }
    case 'compact':
      station.compact(member, effect.through);
      return;
    case 'readReady':
    case 'accepted':
    case 'changeAccepted':
    case 'refuse':
    case 'transferEnded':
    case 'roleChanged':
    case 'alarm':
      return;
  }
}

/** Puts all that waits on the disk, in order, each followed by what it releases; `shown` even if nothing comes of it. */
export function flush(world: World, member: Station, shown = false): void {
  for (let next = member.writes.shift(); next !== undefined; next = member.writes.shift()) {
    station.write(member, next);
    complete(world, member, next, shown);
  }
}

function complete(world: World, member: Station, effect: Persist | Install, shown: boolean): void {
  if (effect.kind === 'install') {
    const { index } = effect.snapshot;
    give(world, member.id, { kind: 'installed', index, done: true }, `installed ${index}`);
    return;
  }
  for (const message of effect.thenSend) world.network.push({ message, body: undefined });
  const { token } = effect;
  give(world, member.id, { kind: 'persisted', token }, `persisted #${token.sequence}`, !shown);
}

/** Delivers what is on its way, and what that leads to, until nothing is left. */
export function deliverAll(world: World): void {
  for (let count = 0; world.network.length > 0; count++) {
    invariant(count < DELIVERIES_MAX, 'a transcript comes to rest', { count });
    const [parcel] = world.network.splice(0, 1);
    if (parcel !== undefined) deliver(world, parcel);
  }
}

/** Delivers what is on its way from one member to another; not what that leads to. */
export function deliverFrom(world: World, from: number, to: number): void {
  for (const parcel of take(world, from, to)) deliver(world, parcel);
}

/** Loses what is on its way from one member to another. */
export function dropFrom(world: World, from: number, to: number): void {
  for (const parcel of take(world, from, to)) lose(world, parcel);
}

/** Loses everything that is on its way. */
export function dropAll(world: World): void {
  for (const parcel of world.network.splice(0)) lose(world, parcel);
}

function take(world: World, from: number, to: number): readonly Parcel[] {
  const isTaken = ({ message }: Parcel): boolean => message.from === from && message.to === to;
  const taken = world.network.filter(isTaken);
  world.network = world.network.filter((parcel) => !isTaken(parcel));
  return taken;
}

function deliver(world: World, parcel: Parcel): void {
  const { message, body } = parcel;
  const receiver = world.stations.get(message.to);
  const isCut = world.sides.get(message.from) !== world.sides.get(message.to);
  if (isCut || receiver?.raft === undefined) {
    lose(world, parcel);
    return;
  }
  if (body !== undefined) receiver.received.set(message.from, body);
  give(world, message.to, { kind: 'message', message }, `${message.kind} of ${message.from}`);
  if (body !== undefined) reportSnapshot(world, message, body, true);
}

function lose(world: World, parcel: Parcel): void {
  world.output.push(`lost ${renderMessage(parcel.message)}`);
  if (parcel.body !== undefined) reportSnapshot(world, parcel.message, parcel.body, false);
}

function reportSnapshot(world: World, message: Message, body: Snapshot, delivered: boolean): void {
  if (world.stations.get(message.from)?.raft === undefined) return;
  const { to, term } = message;
  const { index } = body.position;
  const input = { kind: 'snapshotSent', to, term, index, delivered } as const;
  give(world, message.from, input, `snapshot ${delivered ? 'delivered' : 'lost'}`, true);
}

/** Every member that runs, in order of their ids. */
export const running = (world: World): readonly MemberId[] =>
  [...world.stations.values()].filter((member) => member.raft !== undefined).map(({ id }) => id);
