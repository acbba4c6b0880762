import type { MethodDefinition, ServiceDefinition } from '@grpc/grpc-js';
import type { UnaryHandler } from './unary-handler.ts';

/** How one rpc with one request is answered. */
export interface UnaryMethod {
  readonly decode: (message: Buffer) => unknown;
  readonly encode: (reply: unknown) => Buffer;
  /** It is answered with an iterator of replies instead of one. */
  readonly many: boolean;
  readonly handle: UnaryHandler<unknown, unknown>;
}

/** Methods by their paths, as `:path` names them. */
export type UnaryMethods = ReadonlyMap<string, UnaryMethod>;

/** The methods of a service for which there is a handler. */
export function unaryMethods(
  definition: ServiceDefinition,
  service: Readonly<Record<string, unknown>>,
): UnaryMethods {
  const methods = new Map<string, UnaryMethod>();
  for (const [name, method] of Object.entries<MethodDefinition<unknown, unknown>>(definition)) {
    const handler = service[name];
    if (typeof handler !== 'function') continue;
    methods.set(method.path, {
      decode: method.requestDeserialize,
      encode: method.responseSerialize,
      many: method.responseStream,
      // The definition says what the handler takes under this name; the compiler cannot know.
      handle: handler as UnaryHandler<unknown, unknown>,
    });
  }
  return methods;
}

/** The methods of several services. */
export const unaryMethodsOf = (
  services: readonly {
    readonly definition: ServiceDefinition;
    readonly handlers: Readonly<Record<string, unknown>>;
  }[],
): UnaryMethods =>
  new Map(services.flatMap(({ definition, handlers }) => [...unaryMethods(definition, handlers)]));
