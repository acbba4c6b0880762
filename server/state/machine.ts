/** The replicated state machine: what a command does, the same on every member. */
import { applyAnnounce } from './announce.ts';
import type { Change, Command } from './command.ts';
import { decodeCommand } from './command-codec.ts';
import { COMMAND_KINDS, COMMAND_VERSION_FIRST, COMMAND_VERSION_MAX } from './command-kinds.ts';
import type { KindFacts } from './command-kinds.ts';
import { applyRaiseEpochs } from './epochs.ts';
import { UnknownCommand } from './errors.ts';
import { applyKvDelete, applyKvSet } from './kv.ts';
import { OPERATIONS } from './registry/registry.ts';
import { encodeError, OK_REPLY } from './reply.ts';
import { applyChange } from './resources/apply-change.ts';
import type { Met } from './resources/apply-change.ts';
import type { OperationFacts } from './resources/operation.ts';
import { GONE_BYTES_MAX } from './resources/told.ts';
import { applyNumbered, RETRY_LIMITS } from './retries.ts';
import type { RetryLimits } from './retries.ts';
import type { Applied, ReadRange, ReadRow } from './row-access.ts';
import { activeVersion, applyRaiseVersion } from './versions.ts';

/** What a machine can do and remember. Members of one cluster may differ in the version only. */
export interface MachineRules {
  /** The newest version of commands it applies: older programs are older here. */
  readonly commandVersionMax: number;
  readonly retries: RetryLimits;
  /** As much is kept of what is gone, for brokers that were away; in bytes of rows. */
  readonly goneBytesMax: number;
}

export const MACHINE_RULES: MachineRules = {
  commandVersionMax: COMMAND_VERSION_MAX,
  retries: RETRY_LIMITS,
  goneBytesMax: GONE_BYTES_MAX,
};

/**
 * What one command did to rows, and its encoded `Reply`. Pure: the result depends on the rows read
 * and the bytes of the command alone. As `Machine` of the ports.
 *
 * Throws {@link UnknownCommand} for a command of a newer version, and `Malformed` for bytes that
 * nobody encodes. Then the member must stop: its state would not be that of the others.
 */
export type StateMachine = (
  read: ReadRow,
  command: Uint8Array,
  index: number,
  range: ReadRange,
) => Applied;

/** A machine by other rules than {@link machine}: for tests, and for members of other versions. */
export function createMachine(rules: MachineRules): StateMachine {
  return (read, bytes, index, range) => {
    const command = decodeCommand(bytes);
    const { request } = command;
    const { goneBytesMax } = rules;
    const state = { read, range, index, goneBytesMax };
    if (request === undefined) return carryOut(state, command, rules);
    return applyNumbered(read, request, command.timeMs, rules.retries, () =>
      carryOut(state, command, rules),
    );
  };
}

/** The machine of this version of the program. */
export const machine: StateMachine = createMachine(MACHINE_RULES);

function carryOut(met: Met, command: Command, { commandVersionMax }: MachineRules): Applied {
  const { read } = met;
  const since = sinceOf(command);
  if (since > COMMAND_VERSION_FIRST) {
    if (since > commandVersionMax) throw new UnknownCommand(`kind ${command.kind}`);
    const active = activeVersion(read);
    if (since > active) {
      return { rows: new Map(), reply: encodeError('versionNotActive', since, active) };
    }
  }
  switch (command.kind) {
    case 'kvSet':
      return applyKvSet(command);
    case 'kvDelete':
      return applyKvDelete(read, command);
    case 'announce':
      return applyAnnounce(read, command.announcement);
    case 'raiseVersion':
      return applyRaiseVersion(read, command, commandVersionMax);
    case 'raiseEpochs':
      return applyRaiseEpochs(read, command);
    case 'check':
      return { rows: new Map(), reply: OK_REPLY, check: true };
    case 'change':
      return applyChange(met, operationOf(command), command);
  }
}

/** The version that a command needs. */
function sinceOf(command: Command): number {
  const { since }: KindFacts = COMMAND_KINDS[command.kind];
  return command.kind === 'change' ? Math.max(since, operationOf(command).since) : since;
}

function operationOf({ operation }: Change): OperationFacts {
  const facts = OPERATIONS.get(operation);
  if (facts === undefined) throw new UnknownCommand(`operation ${operation}`);
  return facts;
}
