/** Schemas of messages, and what they are bound to. */
import { SchemaData, SchemaResourceBind } from '../../codec/robustmq/schema.ts';
import { replaceOf } from '../resources/derived.ts';
import { tell } from '../resources/push.ts';
import { refuse } from '../resources/refusal.ts';
import { resource } from '../resources/resource.ts';

export const schema = resource({
  table: 'schema',
  layout: SchemaData,
  key: ['tenant', 'name'],
  told: tell('Schema'),
  exists: 'schemaExists',
  missing: 'schemaMissing',
});

export const replaceSchema = replaceOf(schema, 'schemaNotFound');

/** All that there is of it is its key, so whoever deletes one that is not there is told of it too. */
export const schemaBind = resource({
  table: 'schemaBind',
  layout: SchemaResourceBind,
  key: ['tenant', 'resource_name', 'schema_name'],
  told: tell('SchemaResource', {
    deleted: ([tenant = '', resource_name = '', schema_name = '']) => ({
      tenant,
      schema_name,
      resource_name,
    }),
  }),
  missing: 'told',
  requires: (records, { tenant, schema_name }) =>
    records.get(schema, [tenant, schema_name]) === undefined
      ? refuse('schemaMissing', tenant, schema_name)
      : undefined,
});
