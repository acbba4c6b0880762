/** One call of one member: what is sent, and what its sender learns. */
import type { ProposeOutcome, ReadOutcome } from '../../node/outcome.ts';
import type { Process } from '../world/host.ts';
import { after, deliver } from '../world/world.ts';
import type { World } from '../world/world.ts';
import type { Operation, OperationOutcome } from './operation.ts';
import { decodeReply, encodeWrite, rowKey, rowValue } from './register-machine.ts';
import type { Numbered } from './register-machine.ts';

/** `turnedAway`: this attempt did nothing, and nobody remembers whether an earlier one did. */
export type AttemptOutcome = OperationOutcome | { readonly kind: 'turnedAway' };

/** Whoever makes attempts. */
export interface Caller {
  readonly world: World;
  /** What a member said, of itself or of its leader. */
  heard(outcome: ProposeOutcome | ReadOutcome): void;
  /** A member has not answered in time, or is gone. */
  lost(): void;
}

/** Sends an operation to a process; `settle` comes once. */
export function attempt(
  caller: Caller,
  process: Process,
  operation: Operation,
  numbered: Numbered | undefined,
  settle: (outcome: AttemptOutcome) => void,
): void {
  const { world } = caller;
  let open = true;
  const end = (outcome: AttemptOutcome): void => {
    if (!open) return;
    open = false;
    process.mourners.delete(giveUp);
    settle(outcome);
  };
  const giveUp = (): void => {
    if (open) caller.lost();
    end({ kind: operation.kind === 'get' ? 'failed' : 'unknown' });
  };
  process.mourners.add(giveUp);
  after(world, world.plan.settings.patienceMs, giveUp);
  deliver(world, process, () => {
    call(caller, process, operation, numbered, end);
  });
}

function call(
  caller: Caller,
  process: Process,
  operation: Operation,
  numbered: Numbered | undefined,
  settle: (outcome: AttemptOutcome) => void,
): void {
  const { node } = process;
  if (operation.kind === 'get') {
    node.read((outcome) => {
      // A dead process answers nobody, though its code may run on for a moment.
      if (!process.alive) return;
      caller.heard(outcome);
      settle(
        outcome.kind === 'ready'
          ? { kind: 'ok', result: rowValue(node.row(rowKey(operation.key))), index: outcome.index }
          : { kind: 'failed' },
      );
    });
    return;
  }
  node.propose(encodeWrite(operation, numbered), (outcome) => {
    if (!process.alive) return;
    caller.heard(outcome);
    settle(writeOutcome(outcome));
  });
}

function writeOutcome(outcome: ProposeOutcome): AttemptOutcome {
  switch (outcome.kind) {
    case 'applied': {
      const reply = decodeReply(outcome.reply);
      if (reply.kind === 'turnedAway') return reply;
      return { kind: 'ok', result: reply.result, index: outcome.index };
    }
    case 'refused':
    case 'dropped':
      return { kind: 'failed' };
    case 'unknown':
      return { kind: 'unknown' };
  }
}
