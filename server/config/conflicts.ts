import type { Address } from './kinds.ts';
import type { Config } from './settings.ts';

/** Settings that are fine alone and wrong together. */
interface Conflict {
  readonly problem: string;
  readonly when: (config: Config) => boolean;
}

/** Whether only this machine can reach it. */
export const isLoopback = ({ host }: Address): boolean =>
  host === 'localhost' || host === '::1' || host.startsWith('127.');

const tlsParts = (config: Config): readonly (string | undefined)[] => [
  config['tls.peer.certificate'],
  config['tls.peer.key'],
  config['tls.peer.authority'],
];

/** Whether the peer port has mutual TLS. */
export const hasPeerTls = (config: Config): boolean =>
  tlsParts(config).every((part) => part !== undefined);

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
];
