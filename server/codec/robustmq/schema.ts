/** Schemas of messages, and what they are bound to. */
import { choice, string, struct } from '../layout/layout.ts';
import type { Infer } from '../layout/layout.ts';

const SchemaType = choice('SchemaType', 'JSON', 'PROTOBUF', 'AVRO');

export const SchemaData = struct('SchemaData', {
  tenant: string,
  name: string,
  schema_type: SchemaType,
  desc: string,
  schema: string,
});
export type SchemaData = Infer<typeof SchemaData>;

export const SchemaResourceBind = struct('SchemaResourceBind', {
  tenant: string,
  schema_name: string,
  resource_name: string,
});
export type SchemaResourceBind = Infer<typeof SchemaResourceBind>;
