import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import type { WireField, WireFile } from './wire-file.ts';

/** The part of a FileDescriptorSet's JSON that says what is on the wire. */
interface Image {
  readonly file: readonly FileDescriptor[];
}

interface FileDescriptor {
  readonly name: string;
  readonly package: string;
  readonly syntax?: string;
  readonly service?: readonly ServiceDescriptor[];
  readonly messageType?: readonly MessageDescriptor[];
  readonly enumType?: readonly EnumDescriptor[];
}

interface ServiceDescriptor {
  readonly name: string;
  readonly method: readonly {
    readonly name: string;
    readonly inputType: string;
    readonly outputType: string;
    readonly clientStreaming?: boolean;
    readonly serverStreaming?: boolean;
  }[];
}

interface MessageDescriptor {
  readonly name: string;
  readonly field?: readonly FieldDescriptor[];
  readonly oneofDecl?: readonly { readonly name: string }[];
  readonly nestedType?: readonly unknown[];
}

interface FieldDescriptor {
  readonly name: string;
  readonly number: number;
  readonly label: string;
  readonly type: string;
  readonly typeName?: string;
  readonly oneofIndex?: number;
  readonly proto3Optional?: boolean;
  readonly options?: unknown;
}

interface EnumDescriptor {
  readonly name: string;
  readonly value: readonly { readonly name: string; readonly number?: number }[];
}

const proto = join(import.meta.dirname, '..');

/** The proto files of these folders as they are compiled, in the order of their paths. */
export function compiledFiles(folders: readonly string[]): readonly WireFile[] {
  const { stdout, stderr, status } = spawnSync(
    join(proto, '..', 'node_modules', '.bin', 'buf'),
    ['build', '--as-file-descriptor-set', '--output', '-#format=json'],
    { cwd: proto, encoding: 'utf8', maxBuffer: 1 << 26 },
  );
  if (status !== 0) throw new Error(`buf build failed: ${stderr}`);
  return (JSON.parse(stdout) as Image).file
    .filter(({ name }) => folders.some((folder) => name.startsWith(`${folder}/`)))
    .map(wireFile)
    .toSorted((a, b) => (a.path < b.path ? -1 : 1));
}

function wireFile(file: FileDescriptor): WireFile {
  const [service, ...others] = file.service ?? [];
  if (file.syntax !== 'proto3' || service === undefined || others.length > 0) {
    throw new Error(`${file.name} is not one service in proto3`);
  }
  const local = (type: string | undefined): string => {
    const prefix = `.${file.package}.`;
    if (!type?.startsWith(prefix)) throw new Error(`${file.name} uses ${String(type)}`);
    return type.slice(prefix.length);
  };
  return {
    path: file.name,
    package: file.package,
    service: service.name,
    rpcs: service.method.map(
      ({ name, inputType, outputType, clientStreaming, serverStreaming }) =>
        `${name}(${stream(clientStreaming)}${local(inputType)}) returns (${stream(serverStreaming)}${local(outputType)})`,
    ),
    messages: Object.fromEntries(
      (file.messageType ?? []).map((message) => {
        if (message.nestedType !== undefined) throw new Error(`${message.name} nests types`);
        return [
          message.name,
          (message.field ?? []).map((field) => wireField(message, field, local)),
        ];
      }),
    ),
    enums: Object.fromEntries(
      (file.enumType ?? []).map(({ name, value }) => [
        name,
        value.map((each) => `${each.name} = ${each.number ?? 0}`),
      ]),
    ),
  };
}

const stream = (streams: boolean | undefined): string => (streams === true ? 'stream ' : '');

function wireField(
  message: MessageDescriptor,
  field: FieldDescriptor,
  local: (type: string | undefined) => string,
): WireField {
  // An option such as `packed` would change the bytes.
  if (field.options !== undefined) throw new Error(`${message.name}.${field.name} has options`);
  const scalar = field.type.slice('TYPE_'.length).toLowerCase();
  const type = ['message', 'enum'].includes(scalar) ? local(field.typeName) : scalar;
  return `${label(message, field)}${type} ${field.name} = ${field.number}`;
}

function label(message: MessageDescriptor, field: FieldDescriptor): string {
  if (field.proto3Optional === true) return 'optional ';
  if (field.label === 'LABEL_REPEATED') return 'repeated ';
  const oneof = message.oneofDecl?.[field.oneofIndex ?? -1];
  return oneof === undefined ? '' : `oneof ${oneof.name} `;
}
