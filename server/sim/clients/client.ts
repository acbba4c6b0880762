/**
 * Simulated clients: each sends one operation, waits for its outcome, pauses, and goes on. What
 * they hear of results and leaders is all they know. Some of their writes are numbered: these they
 * send again when they cannot tell what became of them, and now and then though they can.
 */
import type { ProposeOutcome, ReadOutcome } from '../../node/outcome.ts';
import type { Refusal } from '../../raft/effect.ts';
import type { MemberId } from '../../raft/ids.ts';
import type { Process } from '../world/host.ts';
import type { Operation, OperationOutcome, OperationResult } from './operation.ts';
import type { Prng } from '../prng.ts';
import { createPrng } from '../prng.ts';
import { attempt } from './attempt.ts';
import type { Caller } from './attempt.ts';
import {
  createNumbering,
  drawEcho,
  drawNumber,
  drawRetryMs,
  drawTries,
  takeNewName,
  useUp,
} from './numbering.ts';
import type { Numbering } from './numbering.ts';
import type { Numbered } from './register-machine.ts';
import { after, hostOfMember, note, nowMs, observe, running } from '../world/world.ts';
import type { World } from '../world/world.ts';

/** A value longer than this is not appended to any more. */
const VALUE_CHARACTERS_MAX = 160;

export interface Clients {
  readonly world: World;
  /** Operations begun; the last id given. */
  operations: number;
  /** Ids of clients given so far. */
  count: number;
  /** No client begins another operation. */
  stopped: boolean;
  /** Until then, neither. */
  quietUntilMs: number;
  /** Since the world was healed, a write, and a read, began and succeeded. */
  readonly served: { write: boolean; read: boolean };
}

interface Client {
  readonly clients: Clients;
  readonly id: number;
  readonly prng: Prng;
  /** What it last knew each key to hold. */
  readonly seen: Map<string, string>;
  leader: MemberId | undefined;
  /** Values it has made. */
  values: number;
  /** Undefined for one that comes for a single operation: what is remembered of it would only fill the state. */
  readonly numbering: Numbering | undefined;
}

/** Lets the clients of the plan begin. */
export function startClients(world: World): Clients {
  const clients: Clients = {
    world,
    operations: 0,
    count: 0,
    stopped: false,
    quietUntilMs: 0,
    served: { write: false, read: false },
  };
  for (let at = 0; at < world.plan.settings.clients; at += 1) {
    const client = createClient(clients, true);
    const next = (): void => {
      pauseThen(client, () => {
        const quietMs = clients.quietUntilMs - nowMs(world);
        if (quietMs > 0) after(world, quietMs, next);
        else if (!clients.stopped) operate(client, anyProcess(client), next);
      });
    };
    next();
  }
  return clients;
}

/** For so long no lasting client begins another operation. */
export function lull(clients: Clients, forMs: number): void {
  clients.quietUntilMs = nowMs(clients.world) + forMs;
}

/** So many clients send one operation each to the same member, at once. */
export function burst(clients: Clients, operations: number): void {
  if (clients.stopped) return;
  const scout = createClient(clients, false);
  const leader = running(clients.world).find(({ raft }) => raft?.role.kind === 'leader');
  const process = leader ?? anyProcess(scout);
  for (let at = 0; at < operations; at += 1)
    operate(createClient(clients, false), process, () => undefined);
}

function createClient(clients: Clients, isLasting: boolean): Client {
  const id = clients.count;
  clients.count += 1;
  return {
    clients,
    id,
    prng: createPrng(clients.world.plan.seed, `client ${id}`),
    seen: new Map(),
    leader: undefined,
    values: 0,
    numbering: isLasting ? createNumbering(clients.world.plan.seed, id) : undefined,
  };
}

function pauseThen({ clients: { world }, prng }: Client, task: () => void): void {
  const { thinkMs } = world.plan.settings;
  after(world, -Math.log(1 - prng.fraction()) * thinkMs, task);
}

/** Usually whom the client takes for the leader. */
function anyProcess({ clients: { world }, leader, prng }: Client): Process | undefined {
  const known = leader === undefined ? undefined : hostOfMember(world, leader)?.process;
  if (known !== undefined && prng.chance(0.85)) return known;
  const processes = running(world);
  return processes.length === 0 ? undefined : prng.pick(processes);
}

/** Sends one operation; `next` comes when its outcome is known. */
function operate(client: Client, process: Process | undefined, next: () => void): void {
  const { clients, numbering } = client;
  const { world } = clients;
  if (process === undefined) {
    next();
    return;
  }
  const operation = drawOperation(client);
  const isWrite = operation.kind !== 'get';
  const numbered = isWrite && numbering ? drawNumber(numbering, nowMs(world)) : undefined;
  const finish = begin(client, process, operation, numbered, next);
  if (numbering === undefined || numbered === undefined) {
    attempt(callerOf(client), process, operation, undefined, (outcome) => {
      finish(outcome.kind === 'turnedAway' ? { kind: 'failed' } : outcome);
    });
    return;
  }
  world.coverage.retry.numbered += 1;
  const quest = { client, numbering, operation, numbered, finish };
  insist(quest, process, drawTries(numbering), false);
}

/** Tells everybody that an operation begins; returns what tells them how it ended. */
function begin(
  client: Client,
  process: Process,
  operation: Operation,
  numbered: Numbered | undefined,
  next: () => void,
): (outcome: OperationOutcome) => void {
  const { clients } = client;
  const { world } = clients;
  const id = (clients.operations += 1);
  const { healed } = world;
  const { directory } = process.actor;
  const request = numbered?.request;
  world.coverage.operation[operation.kind] += 1;
  note(world, directory, () => {
    const number = request === undefined ? '' : ` as ${request.client} #${request.id}`;
    return `client ${client.id} begins ${id}${number}: ${JSON.stringify(operation)}`;
  });
  observe(world, {
    kind: 'invoked',
    atMs: nowMs(world),
    id,
    client: client.id,
    operation,
    request,
  });
  return (outcome) => {
    world.coverage.outcome[outcome.kind] += 1;
    note(world, directory, () => `client ${client.id} ends ${id}: ${JSON.stringify(outcome)}`);
    observe(world, { kind: 'returned', atMs: nowMs(world), id, outcome });
    if (outcome.kind === 'ok') {
      learn(client, operation, outcome.result);
      if (healed) clients.served[operation.kind === 'get' ? 'read' : 'write'] = true;
    }
    next();
  };
}

/** A numbered write on its way. */
interface Quest {
  readonly client: Client;
  readonly numbering: Numbering;
  readonly operation: Operation;
  readonly numbered: Numbered;
  readonly finish: (outcome: OperationOutcome) => void;
}

/**
 * Sends a numbered write, and sends it again while nobody can tell what became of it.
 *
 * @param inDoubt an earlier attempt may have been carried out, or may yet be.
 */
function insist(quest: Quest, process: Process, tries: number, inDoubt: boolean): void {
  const { client, numbering, operation, numbered, finish } = quest;
  const { world } = client.clients;
  attempt(callerOf(client), process, operation, numbered, (outcome) => {
    if (outcome.kind === 'turnedAway') takeNewName(numbering);
    if (outcome.kind === 'ok') {
      useUp(numbering, numbered);
      if (drawEcho(numbering)) echo(quest);
      finish(outcome);
      return;
    }
    const doubt = inDoubt || outcome.kind === 'unknown';
    if (!doubt) {
      finish({ kind: 'failed' });
      return;
    }
    const giveUp = (): void => {
      if (outcome.kind !== 'turnedAway') useUp(numbering, numbered);
      finish({ kind: 'unknown' });
    };
    if (outcome.kind === 'turnedAway' || tries <= 1) {
      giveUp();
      return;
    }
    after(world, drawRetryMs(numbering), () => {
      const other = anyProcess(client);
      if (client.clients.stopped || other === undefined) giveUp();
      else {
        world.coverage.retry.sentAgain += 1;
        insist(quest, other, tries - 1, true);
      }
    });
  });
}

/** Sends a write that was answered again, as one whose answer was lost does; what comes of it is for others to see. */
function echo({ client, numbering, operation, numbered }: Quest): void {
  const { world } = client.clients;
  after(world, drawRetryMs(numbering), () => {
    const process = anyProcess(client);
    if (client.clients.stopped || process === undefined) return;
    world.coverage.retry.echoed += 1;
    attempt(callerOf(client), process, operation, numbered, () => undefined);
  });
}

const callerOf = (client: Client): Caller => ({
  world: client.clients.world,
  heard: (outcome) => heed(client, outcome),
  lost: () => {
    client.leader = undefined;
  },
});

/** Remembers what a refusal says of the leader. */
function heed(client: Client, outcome: ProposeOutcome | ReadOutcome): void {
  if (outcome.kind === 'refused') client.leader = leaderIn(outcome.refusal);
  else if (outcome.kind === 'unknown' || outcome.kind === 'timeout') client.leader = undefined;
  // A core that has halted is asked nothing more: its node answers instead.
  if (outcome.kind === 'refused' && outcome.refusal.reason === 'halted')
    client.clients.world.coverage.refusal.halted += 1;
}

const leaderIn = (refusal: Refusal): MemberId | undefined =>
  refusal.reason === 'notLeader' ? refusal.leader : undefined;

/** Remembers what the key holds now, as far as the outcome tells. */
function learn({ seen }: Client, operation: Operation, result: OperationResult): void {
  switch (operation.kind) {
    case 'put':
      seen.set(operation.key, operation.value);
      return;
    case 'compareAndSwap':
      if (result === true) seen.set(operation.key, operation.to);
      return;
    case 'append':
    case 'get':
      if (typeof result === 'string') seen.set(operation.key, result);
      return;
  }
}

function drawOperation(client: Client): Operation {
  const { prng, seen, clients } = client;
  const { keys, core } = clients.world.plan.settings;
  const key = `k${prng.below(keys)}`;
  const from = seen.get(key) ?? '';
  const dice = prng.fraction();
  if (dice < 0.35) return { kind: 'get', key };
  if (dice < 0.36 && core.commandBytesMax < 2_500) {
    return { kind: 'put', key, value: drawValue(client).padEnd(core.commandBytesMax, '#') };
  }
  if (dice < 0.5 || from.length > VALUE_CHARACTERS_MAX) {
    return { kind: 'put', key, value: drawValue(client).padEnd(prng.spread(1, 120), '.') };
  }
  if (dice < 0.65) return { kind: 'compareAndSwap', key, from, to: drawValue(client) };
  return { kind: 'append', key, token: drawValue(client) };
}

/** A value that nobody else ever writes. */
function drawValue(client: Client): string {
  client.values += 1;
  return `${client.id}-${client.values};`;
}
