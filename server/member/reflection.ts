/** Lets tools ask what services there are, by server reflection. */
import type { handleBidiStreamingCall, MethodDefinition, Server } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import type { PackageDefinition } from '@grpc/proto-loader';
import { ReflectionService } from '@grpc/reflection';

/** Its calls, in both versions that there are. */
export const REFLECTION_PATHS = [
  '/grpc.reflection.v1.ServerReflection/ServerReflectionInfo',
  '/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo',
] as const;

interface Method {
  readonly definition: MethodDefinition<unknown, unknown>;
  readonly answer: handleBidiStreamingCall<unknown, unknown>;
}

/**
 * Serves what the files say. They are read when somebody asks for the first time: that takes a tenth of
 * a start, and hardly anybody ever asks.
 *
 * @param root the folder that files and their imports are named from.
 */
export function addReflection(server: Server, root: string, files: readonly string[]): void {
  let methods: ReadonlyMap<string, Method> | undefined;
  const methodAt = (path: string): Method => {
    methods ??= readMethods(root, files);
    const method = methods.get(path);
    if (method === undefined) throw new TypeError(`reflection has no ${path}`);
    return method;
  };
  for (const path of REFLECTION_PATHS) {
    server.register<unknown, unknown>(
      path,
      (call: Parameters<Method['answer']>[0]) => {
        methodAt(path).answer(call);
      },
      (answer) => methodAt(path).definition.responseSerialize(answer),
      (request) => methodAt(path).definition.requestDeserialize(request),
      'bidi',
    );
  }
}

function readMethods(root: string, files: readonly string[]): ReadonlyMap<string, Method> {
  const definitions = loadSync([...files], { includeDirs: [root], keepCase: true });
  const methods = new Map<string, Method>();
  new ReflectionService(onePerFile(definitions)).addToServer({
    addService: (service, handlers) => {
      for (const [name, definition] of Object.entries(service)) {
        const answer = handlers[name] as Method['answer'];
        methods.set(definition.path, { definition, answer });
      }
    },
  });
  return methods;
}

/**
 * Types that have all files between them. Each one comes with those of its whole package, and the
 * service decodes what each comes with: of 251 messages that took a third of a second.
 */
function onePerFile(definitions: PackageDefinition): PackageDefinition {
  const found = new Set<unknown>();
  return Object.fromEntries(
    Object.entries(definitions).filter(([, { fileDescriptorProtos: files }]) => {
      const isNew = Array.isArray(files) && !found.has(files);
      found.add(files);
      return isNew;
    }),
  );
}
