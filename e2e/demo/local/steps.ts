/** The steps of the demonstration, in their order. */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { settledVoters, statusOf } from '../../processes/admin.ts';
import { startServer } from '../../processes/server.ts';
import { until } from '../../processes/until.ts';
import { stopMembers } from '../../local/local-cluster.ts';
import { killLeader } from './failover.ts';
import type { Stage } from './stage.ts';

export interface Step {
  readonly title: string;
  readonly run: (stage: Stage) => Promise<void>;
}

const LIMIT_MS = 10_000;

export const STEPS: readonly Step[] = [
  { title: 'Keys and values', run: writeAndRead },
  { title: 'The cluster at a glance', run: showStatus },
  { title: 'The leader dies', run: killLeader },
  { title: 'A fourth member', run: addMember },
  { title: 'One member goes', run: removeMember },
  { title: 'A backup', run: saveBackup },
  { title: 'The end', run: stopAll },
];

async function writeAndRead({ cli, say, expect }: Stage): Promise<void> {
  say('A broker keeps its metadata with the KV API; the commands of the program use the same.');
  await cli(['kv', 'set', 'topics/orders', '{"partitions":3}']);
  await cli(['kv', 'set', 'topics/bills', '{"partitions":1}']);
  const value = await cli(['kv', 'get', 'topics/orders']);
  expect(value === '{"partitions":3}', 'what was written is read');
  const list = await cli(['kv', 'list', 'topics/']);
  expect(list.includes('topics/bills'), 'and listed');
}

async function showStatus({ cli, say, expect }: Stage): Promise<void> {
  say('Every member is asked how it is.');
  const table = await cli(['status']);
  expect(table.includes(' leader ') && !table.includes('UNREACHABLE'), 'one leads, and all answer');
}

async function addMember(stage: Stage): Promise<void> {
  const { workspace, members, cli, say, expect } = stage;
  say('A new process with an empty directory waits for orders: it is added, then promoted.');
  const place = await stage.place();
  const directory = stage.directory('m4');
  const newcomer = startServer(workspace, { directory, place, origin: { kind: 'wait' } });
  await until('it answers', LIMIT_MS, async () => (await statusOf(place.peer)).directory !== '');
  await cli(['member', 'add', place.peer]);
  members.push(newcomer);
  const id = await stage.idOf(newcomer);
  await cli(['member', 'promote', String(id), '--wait']);
  expect((await voters(stage)).includes(id), `member ${id} votes`);
}

async function removeMember(stage: Stage): Promise<void> {
  const { members, cli, say, expect } = stage;
  const leader = await stage.leader();
  const leaving = members.find((member) => member !== leader);
  if (leaving === undefined) throw new Error('nobody can leave');
  const id = await stage.idOf(leaving);
  say(`Member ${id} leaves for good.`);
  await cli(['member', 'remove', String(id)]);
  await leaving.end('SIGTERM');
  members.splice(members.indexOf(leaving), 1);
  const left = await voters(stage);
  expect(left.length === 3 && !left.includes(id), 'three voters are left');
  const value = await cli(['kv', 'get', 'topics/orders']);
  expect(value === '{"partitions":3}', 'what was written at the beginning is still read');
  await cli(['status']);
}

async function saveBackup({ directory, cli, say, expect }: Stage): Promise<void> {
  const file = join(directory('backup'), 'meta.backup');
  say('The whole state is saved to a file, which appears only when it is whole.');
  await cli(['snapshot', 'save', file]);
  expect(statSync(file).size > 0, 'the file is there');
}

async function voters(stage: Stage): Promise<readonly number[]> {
  const leader = await stage.leader();
  return until('the change of members is over', LIMIT_MS, async () => {
    const found = settledVoters((await statusOf(leader.place.peer)).configuration);
    return found.length > 0 ? found : undefined;
  });
}

async function stopAll({ members, say, expect }: Stage): Promise<void> {
  say('All members get a SIGTERM.');
  const statuses = await stopMembers(members);
  expect(
    statuses.every((status) => status === 0),
    'each has left in good order, with exit status 0',
  );
}
