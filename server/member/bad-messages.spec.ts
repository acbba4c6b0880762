/** Every rpc of a member's client port, given bytes that are no message, or more than it takes. */
import assert from 'node:assert/strict';
import { Client, credentials, status } from '@grpc/grpc-js';
import type { MethodDefinition, ServiceError } from '@grpc/grpc-js';
import { showAddress } from '../config/kinds.ts';
import { loadConfig } from '../config/load.ts';
import { NO_LOG } from '../observe/log/testing/no-log.ts';
import { META_SERVICES } from '../services/meta/services.ts';
import { madeRequest, numberAs } from '../services/testing/made-requests.ts';
import { startMemoryMember } from '../services/testing/memory-member.ts';
import type { MemoryMember } from '../services/testing/memory-member.ts';
import { openClientPorts } from './client-ports.ts';
import type { ClientPorts } from './client-ports.ts';
import { createHealth } from './health.ts';

/** A length that is not there, a type of fields that is none, a number without an end. */
const NO_MESSAGES = ['0aff', '0f', 'ffffffffffffffffffffffff'];
const TEXT = 'text';
const TEXT_HEX = Buffer.from(TEXT).toString('hex');
const NO_TEXT_HEX = 'fffefffe';

describe('A client port', () => {
  let member: MemoryMember;
  let ports: ClientPorts;
  let client: Client;
  let messageBytesMax = 0;
  const methods = META_SERVICES.flatMap(({ definition }) =>
    Object.values<MethodDefinition<unknown, unknown>>(definition),
  );

  before(async () => {
    member = await startMemoryMember();
    const flags = { 'listen.client': '127.0.0.1:0' };
    const config = loadConfig({ environment: {}, flags });
    messageBytesMax = config['limits.message'];
    ports = await openClientPorts(config, NO_LOG, member.services, createHealth());
    client = new Client(showAddress(ports.address), credentials.createInsecure());
  });
  after(async () => {
    client.close();
    ports.stopAccepting();
    ports.destroy();
    await member.stop();
  });

  const same = (bytes: Buffer): Buffer => bytes;

  function send({ path, responseStream }: MethodDefinition<unknown, unknown>, bytes: Buffer) {
    return new Promise<string>((resolve) => {
      const ended = (error: ServiceError | null): void =>
        resolve(error === null ? 'OK' : `${status[error.code]} ${error.details}`);
      if (!responseStream) client.makeUnaryRequest(path, same, same, bytes, ended);
      else {
        const stream = client.makeServerStreamRequest(path, same, same, bytes);
        stream.on('data', () => undefined);
        stream.on('error', ended);
        stream.on('end', () => ended(null));
      }
    });
  }

  const state = (): number => [...member.node.range('r/')].length;

  it('refuses what is no message, whatever rpc it is for', async () => {
    for (const method of methods) {
      for (const hex of NO_MESSAGES) {
        const said = await send(method, Buffer.from(hex, 'hex'));
        assert.match(said, /^(INTERNAL|INVALID_ARGUMENT) /, `${method.path} ${hex}`);
      }
    }
    assert.deepEqual([state(), member.pushes.length], [0, 0]);
  });

  it('refuses text that is no UTF-8', async () => {
    let asked = 0;
    for (const method of methods) {
      const { request, leaves } = madeRequest(method.path, ({ type }) =>
        type === 'string' ? TEXT : type === 'bytes' ? Buffer.from('b') : numberAs(type, 1),
      );
      if (!leaves.some(({ type }) => type === 'string')) continue;
      const hex = method.requestSerialize(request).toString('hex');
      const said = await send(method, Buffer.from(hex.replaceAll(TEXT_HEX, NO_TEXT_HEX), 'hex'));
      assert.match(said, /^INTERNAL the request cannot be decoded: /, method.path);
      asked += 1;
    }
    assert.ok(asked > 80);
    assert.deepEqual([state(), member.pushes.length], [0, 0]);
  });

  it('refuses a message that is longer than it takes', async () => {
    const long = Buffer.alloc(messageBytesMax + 1);
    for (const method of methods) {
      assert.match(await send(method, long), /^RESOURCE_EXHAUSTED /, method.path);
    }
    assert.deepEqual([state(), member.pushes.length], [0, 0]);
    assert.equal(member.node.status().role, 'leader');
  });
}).timeout(60_000);
