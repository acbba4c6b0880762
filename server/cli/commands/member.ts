/** `member …`: who belongs to the cluster. */
import { Argument, Option } from 'commander';
import {
  AdminServiceService as Admin,
  Standing,
} from '../../../proto/gen/robustmq/admin/v1/admin.ts';
import type { Change, Member, Status } from '../../../proto/gen/robustmq/admin/v1/admin.ts';
import { showAddress, address } from '../../config/kinds.ts';
import { basis, change, configurationIndex, observe } from '../admin-client.ts';
import {
  configurationIndexOption,
  given,
  idArgument,
  idArgumentMaybe,
  priorityArgument,
  termOption,
} from '../arguments.ts';
import type { ClientCommand, CommandFlags } from '../command.ts';
import { newcomer } from '../newcomer.ts';
import { showTable } from '../output.ts';
import { readBy } from '../command.ts';
import type { Result, Session } from '../session.ts';
import { waitUntilCaughtUp } from '../catching-up.ts';
import { progressWord, standingWord } from '../words.ts';

const list: ClientCommand = {
  name: 'list',
  about: 'Lists the members, as the leader knows them.',
  examples: ['member list', "member list -o json | jq '.members[].member_id'"],
  run: async ({ admin }) => {
    const { status } = await observe(admin);
    const members = status.configuration?.members ?? [];
    return {
      json: {
        configuration_index: status.configuration?.index ?? 0,
        leader_id: status.leaderId,
        members: members.map((member) => memberJson(member, status)),
      },
      text: showTable(
        ['', 'ID', 'STANDING', 'PRIORITY', 'PEER ADDRESS', 'CLIENT ADDRESS', 'DIRECTORY', 'LOG'],
        members.map((member) => memberRow(member, status)),
      ),
    };
  },
};

const add: ClientCommand = {
  name: 'add',
  about: 'Adds a process with an empty directory, as a learner.',
  arguments: [
    new Argument(
      '<directory|address>',
      'UUID of its data directory, or the peer address at which it can be asked for that',
    ),
  ],
  options: [
    new Option(
      '--peer-address <host:port>',
      'where members reach it; needed with a UUID (default: as it says itself)',
    ).argParser((text: string) => showAddress(readBy(address)(text))),
    configurationIndexOption(),
  ],
  examples: [
    'member add meta-3:1230',
    'member add 6f9619ff-8b86-4d01-b42d-00cf4fc964ff --peer-address meta-3:1230',
  ],
  run: async ({ admin }, args, flags) => {
    const who = await newcomer(admin, given(args, 0), flags.peerAddress);
    const index = await configurationIndex(admin, flags.configurationIndex);
    const request = { configurationIndex: index, ...who };
    const what = `add the directory ${who.directory}`;
    const { response } = await change(admin, what, Admin.addLearner, request);
    const { memberId } = response;
    const { status } = await observe(admin);
    const added = status.configuration?.members.find(({ id }) => id === memberId);
    const isVoter = added !== undefined && added.standing !== Standing.LEARNER;
    return {
      json: { member_id: memberId, configuration_index: response.configurationIndex },
      text: isVoter
        ? `Member ${memberId} is there already, as a ${standingWord(added.standing)}.`
        : `Member ${memberId} is added as a learner. Make it a voter with \`robustmq-meta member promote ${memberId} --wait\`.`,
    };
  },
};

const promote: ClientCommand = {
  name: 'promote',
  about: 'Makes a learner a voter; refused while it lags.',
  arguments: [idArgument()],
  options: [new Option('--wait', 'wait until it has caught up'), configurationIndexOption()],
  examples: ['member promote 4 --wait'],
  run: async (session, args, flags) => {
    const memberId = Number(given(args, 0));
    if (flags.wait === true) await waitUntilCaughtUp(session, memberId);
    const index = await configurationIndex(session.admin, flags.configurationIndex);
    const request = { configurationIndex: index, memberId };
    const what = `promote member ${memberId}`;
    const { response } = await change(session.admin, what, Admin.promote, request);
    return changed(memberId, response.configurationIndex, 'is a voter now');
  },
};

const remove: ClientCommand = {
  name: 'remove',
  about: 'Removes a member for good; refused when the rest would be no quorum.',
  arguments: [idArgument()],
  options: [configurationIndexOption()],
  examples: ['member remove 2', 'member remove 2 --configuration-index 917'],
  run: async ({ admin }, args, flags) => {
    const memberId = Number(given(args, 0));
    const index = await configurationIndex(admin, flags.configurationIndex);
    const request = { configurationIndex: index, memberId };
    const { response } = await change(admin, `remove member ${memberId}`, Admin.remove, request);
    return changed(
      memberId,
      response.configurationIndex,
      'is removed. Its process can be stopped, and its directory deleted',
    );
  },
};

const demote: ClientCommand = {
  name: 'demote',
  about: 'Makes a voter a learner.',
  arguments: [idArgument()],
  options: [configurationIndexOption()],
  examples: ['member demote 2'],
  run: (session, args, flags) => {
    const memberId = Number(given(args, 0));
    return changeOne(session, flags, memberId, {
      what: `demote member ${memberId}`,
      kind: { $case: 'demote', value: { memberId } },
      said: 'is a learner now',
    });
  },
};

const priority: ClientCommand = {
  name: 'priority',
  about: 'Says how much a member is preferred as leader.',
  arguments: [idArgument(), priorityArgument()],
  options: [configurationIndexOption()],
  examples: ['member priority 1 10'],
  run: (session, args, flags) => {
    const memberId = Number(given(args, 0));
    const value = Number(given(args, 1));
    return changeOne(session, flags, memberId, {
      what: `set the priority of member ${memberId}`,
      kind: { $case: 'setPriority', value: { memberId, priority: value } },
      said: `has priority ${value} now`,
    });
  },
};

const transfer: ClientCommand = {
  name: 'transfer',
  about: 'Hands leadership over.',
  arguments: [idArgumentMaybe()],
  options: [configurationIndexOption(), termOption()],
  examples: ['member transfer', 'member transfer 3'],
  run: async ({ admin }, args, flags) => {
    const memberId = Number(args[0] ?? 0);
    const what = `hand leadership over${memberId === 0 ? '' : ` to member ${memberId}`}`;
    const request = { ...(await basis(admin, flags)), memberId };
    const { response } = await change(admin, what, Admin.transfer, request);
    const { leaderId } = response;
    return { json: { leader_id: leaderId }, text: `Member ${leaderId} leads now.` };
  },
};

/** `member …`, in the order of its help. */
export const memberCommands: readonly ClientCommand[] = [
  ...[list, add, promote, demote, remove, priority, transfer],
];

interface OneChange {
  readonly what: string;
  readonly kind: NonNullable<Change['kind']>;
  readonly said: string;
}

async function changeOne(
  { admin }: Session,
  flags: CommandFlags,
  memberId: number,
  { what, kind, said }: OneChange,
): Promise<Result> {
  const index = await configurationIndex(admin, flags.configurationIndex);
  const request = { configurationIndex: index, changes: [{ kind }] };
  const { response } = await change(admin, what, Admin.changeMembership, request);
  return changed(memberId, response.configuration?.index ?? 0, said);
}

const changed = (memberId: number, index: number, said: string): Result => ({
  json: { member_id: memberId, configuration_index: index },
  text: `Member ${memberId} ${said}.`,
});

function memberRow(member: Member, { leaderId, progress }: Status): string[] {
  const { id, standing, directory } = member;
  const seen = progress.find(({ memberId }) => memberId === id);
  const log = seen === undefined ? '-' : `${progressWord(seen.state)} at ${seen.matchIndex}`;
  return [
    id === leaderId ? '*' : '',
    String(id),
    standingWord(standing),
    String(member.priority),
    member.peerAddress || '-',
    member.clientAddress || '-',
    directory,
    seen?.recent === false ? `${log}, silent` : log,
  ];
}

function memberJson(member: Member, { leaderId, progress }: Status): unknown {
  const seen = progress.find(({ memberId }) => memberId === member.id);
  return {
    member_id: member.id,
    directory: member.directory,
    standing: standingWord(member.standing),
    priority: member.priority,
    leader: member.id === leaderId,
    peer_address: member.peerAddress,
    client_address: member.clientAddress,
    match_index: seen?.matchIndex ?? null,
    recent: seen?.recent ?? null,
    caught_up: seen?.caughtUp ?? null,
  };
}
