/** Where members are reached, and the channels to them. */
import { readFileSync } from 'node:fs';
import { Client, credentials } from '@grpc/grpc-js';
import type { ChannelCredentials } from '@grpc/grpc-js';
import { CliError } from './cli-error.ts';

/** PEM files of mutual TLS; without an authority, no TLS. */
export interface TlsFiles {
  readonly authority?: string | undefined;
  readonly certificate?: string | undefined;
  readonly key?: string | undefined;
}

/** Channels to members, opened when first used. */
export interface Channels {
  to(endpoint: string): Client;
  close(): void;
}

/**
 * Credentials of a channel.
 *
 * @throws CliError (usage) when a file is missing or cannot be read.
 */
export function credentialsOf({ authority, certificate, key }: TlsFiles): ChannelCredentials {
  if ((certificate === undefined) !== (key === undefined)) {
    throw new CliError('usage', '--certificate and --key belong together: give both or neither.');
  }
  if (authority === undefined) {
    if (certificate === undefined) return credentials.createInsecure();
    throw new CliError('usage', '--certificate needs --authority: whom else should be trusted?');
  }
  const pem = (file: string | undefined): Buffer | null =>
    file === undefined ? null : readPem(file);
  try {
    return credentials.createSsl(pem(authority), pem(key), pem(certificate));
  } catch (error) {
    if (error instanceof CliError) throw error;
    const why = error instanceof Error ? error.message : String(error);
    throw new CliError('usage', `The certificate, key or authority is no good PEM file: ${why}`);
  }
}

function readPem(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new CliError('usage', `Cannot read ${file}: ${why}`);
  }
}

/** Channels with the same credentials to any endpoint. Close them, or the process lives on. */
export function createChannels(given: ChannelCredentials): Channels {
  const clients = new Map<string, Client>();
  return {
    to: (endpoint) => {
      const known = clients.get(endpoint);
      if (known !== undefined) return known;
      // A retry inside the library would repeat calls that this program must not repeat.
      const client = new Client(endpoint, given, { 'grpc.enable_retries': 0 });
      clients.set(endpoint, client);
      return client;
    },
    close: () => {
      for (const client of clients.values()) client.close();
    },
  };
}
