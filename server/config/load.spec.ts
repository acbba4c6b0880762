import assert from 'node:assert/strict';
import { documentSettings } from './document.ts';
import { ConfigError, KEYS, loadConfig, variableOf } from './load.ts';
import type { ConfigSources } from './load.ts';
import type { Config, Key } from './settings.ts';
import { SETTINGS } from './settings.ts';

const load = (sources: Partial<ConfigSources>): Config =>
  loadConfig({ environment: {}, flags: {}, ...sources });

const file = (text: string): Partial<ConfigSources> => ({ file: { name: 'meta.toml', text } });

function problemsOf(sources: Partial<ConfigSources>): readonly string[] {
  try {
    load(sources);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

describe('The configuration', () => {
  it('has a default wherever one is possible', () => {
    const config = load({});
    assert.equal(config['raft.election_timeout'], 1_000);
    assert.deepEqual(config['listen.client'], { host: '0.0.0.0', port: 1228 });
    assert.equal(config['advertise.client'], undefined);
  });

  it('takes flags before the environment, and that before the file', () => {
    const key: Key = 'timeout.request';
    const all = {
      ...file('[timeout]\nrequest = "1s"'),
      environment: { [variableOf(key)]: '2s' },
      flags: { [key]: '3s' },
    };
    assert.equal(load(all)[key], 3_000);
    assert.equal(load({ ...all, flags: {} })[key], 2_000);
    assert.equal(load({ ...all, flags: {}, environment: {} })[key], 1_000);
  });

  it('takes what Kubernetes says of a Service of that name for no setting', () => {
    const environment = {
      ROBUSTMQ_META_SERVICE_HOST: '10.0.0.1',
      ROBUSTMQ_META_SERVICE_PORT: '1228',
      ROBUSTMQ_META_SERVICE_PORT_CLIENT: '1228',
      ROBUSTMQ_META_PORT: 'tcp://10.0.0.1:1228',
      ROBUSTMQ_META_PORT_1228_TCP: 'tcp://10.0.0.1:1228',
      ROBUSTMQ_META_PORT_1228_TCP_ADDR: '10.0.0.1',
      ROBUSTMQ_META_PEER_SERVICE_HOST: '10.0.0.2',
    };
    assert.deepEqual(load({ environment }), load({}));
  });

  it('reads lists from tables and from text', () => {
    const members = [
      { host: '10.0.0.1', port: 1230 },
      { host: '::1', port: 1231 },
    ];
    assert.deepEqual(load(file('join = ["10.0.0.1:1230", "[::1]:1231"]')).join, members);
    assert.deepEqual(load({ flags: { join: '10.0.0.1:1230,[::1]:1231' } }).join, members);
  });

  type Refused = readonly [given: string, sources: Partial<ConfigSources>, problem: RegExp];
  const refused: readonly Refused[] = [
    ['an unknown key', file('elections = 3'), /meta\.toml: elections: there is no such setting/],
    [
      'a variable that only looks like one of a Service',
      { environment: { ROBUSTMQ_META_LISTEN_CLIENT_PORT: '1229' } },
      /ROBUSTMQ_META_LISTEN_CLIENT_PORT: there is no such setting/,
    ],
    [
      'a key outside of its table',
      file('election_timeout = "1s"'),
      /did you mean raft\.election_timeout\?/,
    ],
    [
      'an unknown variable of its environment',
      { environment: { ROBUSTMQ_META_NO: '1' } },
      /ROBUSTMQ_META_NO: there is no such setting/,
    ],
    [
      'a number without a unit',
      file('[raft]\nelection_timeout = 1000'),
      /meta\.toml: raft\.election_timeout must be a whole number with a unit: ms, s, m or h, .*; it is 1000/,
    ],
    [
      'a unit of another kind',
      { flags: { 'storage.log_max': '4MB' } },
      /--storage-log-max must be .* KiB, MiB or GiB/,
    ],
    [
      'a port that is none',
      { environment: { ROBUSTMQ_META_LISTEN_PEER: 'localhost:65536' } },
      /ROBUSTMQ_META_LISTEN_PEER must be host:port/,
    ],
    ['a word that is none', { flags: { 'log.level': 'loud' } }, /must be one of "trace"/],
    ['what is no TOML', file('a = = b'), /^meta\.toml: /],
    [
      'slow heartbeats',
      { flags: { 'raft.heartbeat_interval': '400ms' } },
      /raft\.heartbeat_interval must be at most a third of raft\.election_timeout/,
    ],
    ['both orders', { flags: { bootstrap: true, join: 'a:1' } }, /exclude each other/],
    [
      'a peer port open to all without TLS',
      { flags: { 'listen.peer': '0.0.0.0:1230' } },
      /without TLS: set tls\.peer\.\*, listen on loopback, or say insecure_peers = true/,
    ],
    [
      'a listener in the place of another',
      { flags: { 'listen.client': '0.0.0.0:1230', 'listen.peer': '127.0.0.1:1230' } },
      /^listen\.client and listen\.peer must be different addresses/,
    ],
    [
      'a name that only looks like loopback',
      { flags: { 'listen.peer': '127.example.org:1230' } },
      /without TLS/,
    ],
    [
      'certificates for a listener that is not there',
      { flags: { 'tls.client.certificate': 'c.pem', 'tls.client.key': 'k.pem' } },
      /tls\.client\.\* is for listen\.client_tls, which is not set/,
    ],
    [
      'room for less than one message',
      { flags: { 'limits.request_bytes': '1MiB' } },
      /limits\.request_bytes must be at least limits\.message/,
    ],
    [
      'connections that may hold less than one message',
      { flags: { 'limits.connection_bytes': '1MiB' } },
      /limits\.connection_bytes must be at least limits\.message/,
    ],
    [
      'a log that may hold less than one message',
      { flags: { 'raft.uncommitted_max': '1MiB' } },
      /raft\.uncommitted_max must be at least limits\.message/,
    ],
    ...(
      [
        ['storage.scrub_rate', '0B', 'at least "1KiB"'],
        ['snapshot.rate_max', '0B', 'at least "64KiB"'],
        ['timeout.request', '0ms', 'at least "10ms"'],
        ['timeout.leader', '3001ms', 'at most "3s"'],
        ['raft.heartbeat_interval', '0ms', 'at least "10ms"'],
        ['limits.value', '80MiB', 'at least "1B", at most "32MiB"'],
        ['limits.message', '65MiB', 'at most "48MiB"'],
        ['advertise.peer', '0.0.0.0:1230', 'neither a wildcard nor port 0'],
        ['advertise.client', '[::]:1228', 'neither a wildcard nor port 0'],
        ['advertise.client', 'meta-0:0', 'neither a wildcard nor port 0'],
      ] as const
    ).map(([key, value, allowed]): Refused => [
      `${key} = ${value}`,
      file(`${key} = "${value}"`),
      new RegExp(`^meta\\.toml: ${key} must be .*${allowed}; it is "`),
    ]),
    ['half of TLS', { flags: { 'tls.peer.key': 'k.pem' } }, /must be set together/],
  ];
  for (const [given, sources, problem] of refused) {
    it(`refuses ${given}`, () => {
      const problems = problemsOf(sources);
      assert.equal(problems.length, 1, problems.join('\n'));
      assert.match(problems[0]!, problem);
    });
  }

  it('lets requests not wait for a leader at all, or as long as is allowed', () => {
    const key: Key = 'timeout.leader';
    assert.equal(load({})[key], 3_000);
    for (const [value, ms] of [
      ['0ms', 0],
      ['3s', 3_000],
    ] as const) {
      assert.equal(load({ flags: { [key]: value } })[key], ms);
    }
  });

  it('names everything that is wrong at once', () => {
    assert.equal(problemsOf(file('a = 1\nb = 2')).length, 2);
  });

  it('is documented by a file that it reads back as its own defaults', () => {
    const text = documentSettings(load({}))
      .split('\n')
      .map((line) => line.replace(/^# ([a-z_]+ = .+)$/, '$1'))
      .join('\n');
    assert.deepEqual(load(file(text)), load({}));
    for (const key of KEYS) assert.match(text, new RegExp(SETTINGS[key].about.slice(0, 20)));
  });

  it('is documented with what was set', () => {
    const config = load(file('data_dir = "/var/lib/meta"\n[raft]\nelection_timeout = "3s"'));
    const text = documentSettings(config);
    assert.match(text, /^data_dir = "\/var\/lib\/meta"$/m);
    assert.deepEqual(load(file(text)), config);
  });
});
