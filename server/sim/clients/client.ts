/**
 * Simulated clients: each sends one operation, waits for its outcome, pauses, and goes on. What
 * they hear of results and leaders is all they know.
 */
import type { ProposeOutcome, ReadOutcome } from '../../node/outcome.ts';
import type { Refusal } from '../../raft/effect.ts';
import type { MemberId } from '../../raft/ids.ts';
import type { Process } from '../world/host.ts';
import type { Operation, OperationOutcome, OperationResult } from './operation.ts';
import type { Prng } from '../world/prng.ts';
import { createPrng } from '../world/prng.ts';
import { decodeReply, encodeWrite, rowKey, rowValue } from './register-machine.ts';
import { after, deliver, hostOfMember, note, nowMs, observe, running } from '../world/world.ts';
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
}

/** Lets the clients of the plan begin. */
export function startClients(world: World): Clients {
  const clients: Clients = {
    world,
    operations: 0,
    count: 0,
    stopped: false,
    served: { write: false, read: false },
  };
  for (let at = 0; at < world.plan.settings.clients; at += 1) {
    const client = createClient(clients);
    const next = (): void => {
      pauseThen(client, () => {
        if (!clients.stopped) operate(client, anyProcess(client), next);
      });
    };
    next();
  }
  return clients;
}

/** So many clients send one operation each to the same member, at once. */
export function burst(clients: Clients, operations: number): void {
  if (clients.stopped) return;
  const scout = createClient(clients);
  const leader = running(clients.world).find(({ raft }) => raft?.role.kind === 'leader');
  const process = leader ?? anyProcess(scout);
  for (let at = 0; at < operations; at += 1)
    operate(createClient(clients), process, () => undefined);
}

function createClient(clients: Clients): Client {
  const id = clients.count;
  clients.count += 1;
  return {
    clients,
    id,
    prng: createPrng(clients.world.plan.seed, `client ${id}`),
    seen: new Map(),
    leader: undefined,
    values: 0,
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
  const { clients } = client;
  const { world } = clients;
  if (process === undefined) {
    next();
    return;
  }
  const operation = drawOperation(client);
  const id = (clients.operations += 1);
  const { healed } = world;
  world.coverage.operation[operation.kind] += 1;
  note(
    world,
    process.actor.directory,
    () => `client ${client.id} begins ${id}: ${JSON.stringify(operation)}`,
  );
  observe(world, { kind: 'invoked', atMs: nowMs(world), id, client: client.id, operation });

  let open = true;
  const settle = (outcome: OperationOutcome): void => {
    if (!open) return;
    open = false;
    process.mourners.delete(giveUp);
    world.coverage.outcome[outcome.kind] += 1;
    note(
      world,
      process.actor.directory,
      () => `client ${client.id} ends ${id}: ${JSON.stringify(outcome)}`,
    );
    observe(world, { kind: 'returned', atMs: nowMs(world), id, outcome });
    if (outcome.kind === 'ok') {
      learn(client, operation, outcome.result);
      if (healed) clients.served[operation.kind === 'get' ? 'read' : 'write'] = true;
    }
    next();
  };
  const giveUp = (): void => {
    client.leader = undefined;
    settle({ kind: operation.kind === 'get' ? 'failed' : 'unknown' });
  };
  process.mourners.add(giveUp);
  after(world, world.plan.settings.patienceMs, giveUp);
  deliver(world, process, () => {
    call(client, process, operation, settle);
  });
}

function call(
  client: Client,
  process: Process,
  operation: Operation,
  settle: (outcome: OperationOutcome) => void,
): void {
  const { node } = process;
  if (operation.kind === 'get') {
    node.read((outcome) => {
      // A dead process answers nobody, though its code may run on for a moment.
      if (!process.alive) return;
      heed(client, outcome);
      settle(
        outcome.kind === 'ready'
          ? { kind: 'ok', result: rowValue(node.row(rowKey(operation.key))), index: outcome.index }
          : { kind: 'failed' },
      );
    });
    return;
  }
  node.propose(encodeWrite(operation), (outcome) => {
    if (!process.alive) return;
    heed(client, outcome);
    settle(writeOutcome(outcome));
  });
}

function writeOutcome(outcome: ProposeOutcome): OperationOutcome {
  switch (outcome.kind) {
    case 'applied':
      return { kind: 'ok', result: decodeReply(outcome.reply), index: outcome.index };
    case 'refused':
    case 'dropped':
      return { kind: 'failed' };
    case 'unknown':
      return { kind: 'unknown' };
  }
}

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
