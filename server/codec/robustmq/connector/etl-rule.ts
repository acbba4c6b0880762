/** How messages are changed on their way. */
import {
  choice,
  list,
  map,
  option,
  string,
  struct,
  union,
  unreadable,
} from '../../layout/layout.ts';
import type { Infer } from '../../layout/layout.ts';

const DataDecodeType = choice(
  'DataDecodeType',
  'JsonObject',
  'JsonArray',
  'JsonLines',
  'KeyValueLine',
  'PositionalLine',
  'Csv',
  'PlainText',
  'Bytes',
  'Protobuf',
  'Xml',
);

const DecodeDeleteParams = struct('DecodeDeleteParams', {
  data_type: DataDecodeType,
  line_separator: option(string),
  token_separator: option(string),
  kv_separator: option(string),
});

const DataEncodeType = choice(
  'DataEncodeType',
  'JsonObject',
  'JsonArray',
  'JsonLines',
  'KeyValueLine',
  'PositionalLine',
  'Csv',
  'PlainText',
  'Bytes',
);

const EncodeDeleteParams = struct('EncodeDeleteParams', {
  data_type: DataEncodeType,
  line_separator: option(string),
  token_separator: option(string),
  kv_separator: option(string),
});

const ExtractRuleParams = struct('ExtractRuleParams', {
  field_mapping: map(string, string),
});

const RenameRuleParams = struct('RenameRuleParams', {
  field_mapping: map(string, string),
});

const KeepOnlyRuleParams = struct('KeepOnlyRuleParams', {
  keys: list(string),
});

const SetValue = unreadable(
  'SetValue',
  'the original writes it without saying how it is to be read',
);

const SetRule = struct('SetRule', {
  target_field: string,
  value: SetValue,
});

const FilterSetParams = struct('FilterSetParams', {
  rules: list(SetRule),
});

const FilterDeleteParams = struct('FilterDeleteParams', {
  keys: list(string),
});

const ETLOperator = union('ETLOperator', {
  Decode: DecodeDeleteParams,
  Encode: EncodeDeleteParams,
  Extract: ExtractRuleParams,
  Rename: RenameRuleParams,
  KeepOnly: KeepOnlyRuleParams,
  Set: FilterSetParams,
  Delete: FilterDeleteParams,
});

export const ETLRule = struct('ETLRule', {
  decode_rule: option(ETLOperator),
  ops_rule_list: list(ETLOperator),
  encode_rule: option(ETLOperator),
});
export type ETLRule = Infer<typeof ETLRule>;
