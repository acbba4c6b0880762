import { isIPv4 } from 'node:net';
import { isWildcard } from './kinds.ts';
import type { Address } from './kinds.ts';
import type { Config } from './settings.ts';

/** Settings that are fine alone and wrong together. */
interface Conflict {
  readonly problem: string;
  readonly when: (config: Config) => boolean;
}

/** Whether only this machine can reach it. */
export const isLoopback = ({ host }: Address): boolean =>
  host === 'localhost' || host === '::1' || (isIPv4(host) && host.startsWith('127.'));

const tlsParts = (config: Config): readonly (string | undefined)[] => [
  config['tls.peer.certificate'],
  config['tls.peer.key'],
  config['tls.peer.authority'],
];

/** Whether the peer port has mutual TLS. */
export const hasPeerTls = (config: Config): boolean =>
  tlsParts(config).every((part) => part !== undefined);

const LISTENERS = ['listen.client', 'listen.client_tls', 'listen.peer', 'listen.http'] as const;

/** Each of two listeners would take the place of the other one. */
const listenersApart = LISTENERS.flatMap((one, at) =>
  LISTENERS.slice(at + 1).map((other): Conflict => ({
    problem: `${one} and ${other} must be different addresses: give each a port of its own`,
    when: (config) => collide(config[one], config[other]),
  })),
);

/** Port 0 is any that is free. */
function collide(one: Address | undefined, other: Address | undefined): boolean {
  if (one === undefined || other === undefined || one.port === 0) return false;
  const sameHost = one.host === other.host || isWildcard(one.host) || isWildcard(other.host);
  return one.port === other.port && sameHost;
}

const HOLD_MESSAGES = [
  'raft.uncommitted_max',
  'limits.request_bytes',
  'limits.connection_bytes',
] as const;

const roomForOneMessage = HOLD_MESSAGES.map((key): Conflict => ({
  problem: `${key} must be at least limits.message`,
  when: (config) => config[key] < config['limits.message'],
}));

/** Every rule that spans several settings. */
export const CONFLICTS: readonly Conflict[] = [
  {
    problem:
      'bootstrap and join exclude each other: the first member of a cluster bootstraps, the others join',
    when: (config) => config.bootstrap && config.join.length > 0,
  },
  {
    problem: 'raft.heartbeat_interval must be at most a third of raft.election_timeout',
    when: (config) => config['raft.heartbeat_interval'] * 3 > config['raft.election_timeout'],
  },
  {
    problem: 'raft.lease_margin must be less than raft.election_timeout',
    when: (config) => config['raft.lease_margin'] >= config['raft.election_timeout'],
  },
  {
    problem: 'storage.log_held_max must be at least storage.log_max',
    when: (config) => config['storage.log_held_max'] < config['storage.log_max'],
  },
  {
    problem: 'limits.key and limits.value together must be less than limits.message',
    when: (config) => config['limits.key'] + config['limits.value'] >= config['limits.message'],
  },
  ...roomForOneMessage,
  ...listenersApart,
  {
    problem: 'tls.peer.certificate, tls.peer.key and tls.peer.authority must be set together',
    when: (config) => !hasPeerTls(config) && tlsParts(config).some((part) => part !== undefined),
  },
  {
    problem:
      'listen.peer is an address that others can reach, without TLS: set tls.peer.*, listen on loopback, or say insecure_peers = true',
    when: (config) =>
      !hasPeerTls(config) && !config.insecure_peers && !isLoopback(config['listen.peer']),
  },
  {
    problem: 'listen.client_tls needs tls.client.certificate and tls.client.key',
    when: (config) =>
      config['listen.client_tls'] !== undefined &&
      (config['tls.client.certificate'] === undefined || config['tls.client.key'] === undefined),
  },
  {
    problem:
      'tls.client.* is for listen.client_tls, which is not set: set it, or leave tls.client.* out',
    when: (config) =>
      config['listen.client_tls'] === undefined &&
      [
        config['tls.client.certificate'],
        config['tls.client.key'],
        config['tls.client.authority'],
      ].some((part) => part !== undefined),
  },
];
