/** Texts of requests are UTF-8, or the request is refused, as v0.4.11 does it. */
import type { MethodDefinition, ServiceDefinition } from '@grpc/grpc-js';
import { BinaryReader } from '@bufbuild/protobuf/wire';

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const strictText = (bytes: Uint8Array): string => decoder.decode(bytes);

/**
 * The same service, whose requests fail to decode when a text is no UTF-8. Generated code by itself
 * puts U+FFFD for what it cannot read: two names would become one.
 */
export const withStrictText = (definition: ServiceDefinition): ServiceDefinition =>
  Object.fromEntries(
    Object.entries<MethodDefinition<unknown, unknown>>(definition).map(([rpc, method]) => [
      rpc,
      { ...method, requestDeserialize: (message: Buffer) => decode(method, message) },
    ]),
  );

/** Generated code takes a reader as well, which its type does not say here. */
const decode = ({ requestDeserialize }: MethodDefinition<unknown, unknown>, message: Buffer) =>
  (requestDeserialize as unknown as (from: BinaryReader) => unknown)(
    new BinaryReader(message, strictText),
  );
