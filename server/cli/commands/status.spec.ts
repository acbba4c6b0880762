import assert from 'node:assert/strict';
import { Phase, Role, Standing } from '../../../proto/gen/robustmq/admin/v1/admin.ts';
import type { Member, Status } from '../../../proto/gen/robustmq/admin/v1/admin.ts';
import { NOW_MS, runCli } from '../testing/run-cli.ts';
import { answer, nobody, startMember, statusWith } from '../testing/scripted-member.ts';
import type { Script, ScriptedMember } from '../testing/scripted-member.ts';

const HOUR_MS = 3_600_000;
const directoryOf = (id: number): string => `d${id}`;

const running = (id: number, fields: Partial<Status> = {}): Status =>
  statusWith({
    ...{ directory: directoryOf(id), clusterId: 'c1', memberId: id, phase: Phase.RUNNING },
    ...{ role: id === 1 ? Role.LEADER : Role.FOLLOWER, term: 3, leaderId: 1 },
    ...{ commitIndex: 100, appliedIndex: 100 - id, durableIndex: 90, startedMs: NOW_MS - HOUR_MS },
    versions: { server: '0.1.0', command: 1, commandMax: 2, directoryFormat: 1 },
    sizes: { logBytes: 1536, stateRows: 10, stateDiskBytes: 2048, diskFreeBytes: 1 << 30 },
    ...fields,
  });

describe('status', () => {
  const members: ScriptedMember[] = [];
  const start = async (script: Script): Promise<ScriptedMember> => {
    const member = await startMember(script);
    members.push(member);
    return member;
  };
  afterEach(() => members.splice(0).forEach((member) => member.kill()));

  /** Member 1 leads, 2 follows and is full; nobody is where 3 should be, or whoever is said. */
  async function cluster(third?: string): Promise<{ endpoints: string[]; follower: string }> {
    const endpoints: string[] = [];
    const with1 = (status: Status): Status => {
      const members = endpoints.map((peerAddress, at): Member => {
        const id = at + 1;
        const standing = Standing.VOTER;
        return {
          id,
          directory: directoryOf(id),
          standing,
          priority: 0,
          peerAddress,
          clientAddress: '',
        };
      });
      const leaderPeerAddress = endpoints[0] ?? '';
      const configuration = { index: 7, members, outgoingVoterIds: [], trust: 3 } as const;
      return { ...status, configuration, leaderPeerAddress };
    };
    const alarms = [{ name: 'disk_space', message: 'the disk is full. Make room.' }];
    const leader = await start({ status: answer(() => ({ status: with1(running(1)) })) });
    const follower = await start({
      status: answer(() => ({ status: with1(running(2, { alarms })) })),
    });
    endpoints.push(leader.endpoint, follower.endpoint, third ?? (await nobody()));
    return { endpoints, follower: follower.endpoint };
  }

  /** Ports differ from run to run; their columns must not. */
  const named = (text: string, endpoints: readonly string[]): string =>
    endpoints
      .reduce(
        (done, endpoint, at) =>
          done.replaceAll(endpoint, `member-${at + 1}`.padEnd(endpoint.length, '_')),
        text,
      )
      .replaceAll(/(member-\d)_+/g, '$1')
      .replaceAll(/ {2,}/g, '  ');

  it('shows every member, those that are away too, and what to do', async () => {
    const { endpoints, follower } = await cluster();
    const ran = await runCli(['status', '--endpoints', follower]);
    assert.equal(ran.exitCode, 0, ran.stderr);
    assert.deepEqual(named(ran.stdout, endpoints).split('\n'), [
      'cluster  c1',
      'leader  member 1 at member-1',
      'term  3',
      'commit  100',
      'membership  index 7, trust early_campaign',
      '',
      '  ID  PEER ADDRESS  STANDING  PHASE  ROLE  TERM  APPLIED  LAG  LOG  DISK FREE  VERSION  UP',
      '*  1  member-1  voter  running  leader  3  99  1  1.5 KiB  1 GiB  0.1.0  1h',
      '  2  member-2  voter  running  follower  3  98  2  1.5 KiB  1 GiB  0.1.0  1h',
      '  3  member-3  voter  UNREACHABLE  -  -  -  -  -  -  -  -',
      '',
      '! Member 2: the disk is full. Make room.',
      `! Member 3 at member-3 cannot be reached: connect ECONNREFUSED member-3. Look at its process and the network to it.`,
      '',
    ]);
  });

  it('says what to do about a member whose directory was wiped', async () => {
    const fresh = statusWith({ directory: 'fresh', phase: Phase.WAITING });
    const { endpoint } = await start({ status: answer(() => ({ status: fresh })) });
    const { endpoints, follower } = await cluster(endpoint);
    const { stdout } = await runCli(['status', '--endpoints', follower]);
    assert.ok(
      named(stdout, endpoints).includes(
        '! Member 3 at member-3 cannot be reached: another directory answers there (fresh). If its directory was wiped, it is lost: `robustmq-meta member remove 3`, and let the process that is there now join as a new member, by `robustmq-meta member add member-3` unless it does so by itself.',
      ),
      stdout,
    );
  });

  it('has stable names in JSON', async () => {
    const { endpoints, follower } = await cluster();
    const ran = await runCli(['status', '-o', 'json', '--endpoints', follower]);
    const shown = JSON.parse(named(ran.stdout, endpoints)) as { members: unknown[] };
    assert.deepEqual(
      { ...shown, members: shown.members.slice(1) },
      {
        cluster: {
          ...{ cluster_id: 'c1', leader_id: 1, leader_peer_address: 'member-1' },
          ...{ leader_client_address: '', term: 3, commit_index: 100, configuration_index: 7 },
          ...{ outgoing_voter_ids: [], trust: 'early_campaign' },
        },
        members: [
          {
            ...{ member_id: 2, directory: 'd2', standing: 'voter', priority: 0, leader: false },
            ...{ peer_address: 'member-2', client_address: '', endpoint: 'member-2' },
            ...{ reachable: true, error: '' },
            status: {
              ...{ cluster_id: 'c1', phase: 'running', role: 'follower', term: 3, leader_id: 1 },
              ...{ commit_index: 100, applied_index: 98, durable_index: 90, first_log_index: 0 },
              ...{
                state_hash: '',
                last_log_index: 0,
                log_bytes: 1536,
                state_rows: 10,
                state_disk_bytes: 2048,
                disk_free_bytes: 1 << 30,
              },
              ...{ version: '0.1.0', command_version: 1, command_version_max: 2 },
              ...{ directory_format: 1, started_ms: NOW_MS - HOUR_MS },
              ...{ certificate: '', certificate_authorities: [] },
            },
          },
          {
            ...{ member_id: 3, directory: 'd3', standing: 'voter', priority: 0, leader: false },
            ...{ peer_address: 'member-3', client_address: '', endpoint: 'member-3' },
            ...{ reachable: false, error: 'connect ECONNREFUSED member-3' },
          },
        ],
        alarms: [
          {
            ...{ member_id: 2, name: 'disk_space' },
            message: 'Member 2: the disk is full. Make room.',
          },
          {
            ...{ member_id: 3, name: 'member_unreachable' },
            message:
              'Member 3 at member-3 cannot be reached: connect ECONNREFUSED member-3. Look at its process and the network to it.',
          },
        ],
      },
    );
  });

  it('says that the quorum is lost', async () => {
    const { endpoints, follower } = await cluster();
    members[0]!.kill();
    const ran = await runCli(['status', '--endpoints', follower]);
    assert.equal(ran.exitCode, 1);
    assert.match(ran.stdout, /! 2 of 3 voters are not running or cannot be reached/);
    assert.match(named(ran.stdout, endpoints), /member-1 {2}voter {2}UNREACHABLE/);
  });

  it('shows a process that waits for orders', async () => {
    const status = statusWith({ directory: 'd', phase: Phase.WAITING, startedMs: NOW_MS });
    const member = await start({ status: answer({ status }) });
    const ran = await runCli(['status', '--endpoints', member.endpoint]);
    assert.match(ran.stdout, /no member {2}waiting/);
    assert.match(ran.stdout, /has an empty directory and waits for orders/);
  });

  it('tells of endpoints that belong to different clusters', async () => {
    const here = await start({ status: answer({ status: running(1) }) });
    const foreign = running(1, { directory: 'd9', clusterId: 'c2', term: 2 });
    const there = await start({ status: answer({ status: foreign }) });
    const endpoints = `${there.endpoint},${here.endpoint}`;
    const ran = await runCli(['status', '--endpoints', endpoints]);
    assert.match(
      ran.stdout,
      /! The process at .* belongs to another cluster, c2, and not to c1\. Ask the members of one cluster/,
    );
    assert.equal(ran.stdout.split('another cluster').length, 2);
  });

  it('tells of a member whose process belongs to another cluster', async () => {
    const { endpoints, follower } = await cluster();
    members[1]!.kill();
    const foreign = running(2, { clusterId: 'c2' });
    const impostor = await start({ status: answer({ status: foreign }) });
    const asked = [endpoints[0], impostor.endpoint].join(',');
    const ran = await runCli(['status', '--endpoints', asked]);
    assert.notEqual(impostor.endpoint, follower);
    assert.match(
      ran.stdout,
      /It will never be member 2: remove that one, empty the data directory/,
    );
  });

  it('is unreachable when no endpoint answers', async () => {
    const ran = await runCli(['status', '--endpoints', `${await nobody()},${await nobody()}`]);
    assert.equal(ran.exitCode, 3);
    assert.equal(ran.stdout, '');
  });

  for (const isTTY of [false, true]) {
    it(`watches until it is interrupted, ${isTTY ? 'redrawing' : 'appending'}`, async () => {
      const controller = new AbortController();
      const status = running(1);
      const member = await start({ status: answer({ status }) });
      const paused: number[] = [];
      const ran = await runCli(['status', '--watch', '--endpoints', member.endpoint], {
        isTTY,
        interrupt: controller.signal,
        pause: (ms) => {
          if (paused.push(ms) === 3) controller.abort();
          else members[0]!.kill();
          return Promise.resolve();
        },
      });
      assert.deepEqual(paused, [1_000, 1_000, 1_000]);
      assert.equal(ran.exitCode, 0);
      assert.equal(ran.stdout.split('cluster  ').length - 1, 1);
      assert.equal(ran.stdout.split('Could not ask for the status').length - 1, 2);
      assert.equal(ran.stdout.split('\u001b[2J').length - 1, isTTY ? 3 : 0);
    });
  }
});
