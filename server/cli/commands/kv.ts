/** `kv …`: keys and values of users. */
import { Argument, Option } from 'commander';
import { MetaServiceServiceService as Meta } from '../../../proto/gen/meta/common.ts';
import { AdminServiceService as Admin } from '../../../proto/gen/robustmq/admin/v1/admin.ts';
import type { Row } from '../../../proto/gen/robustmq/admin/v1/admin.ts';
import { given } from '../arguments.ts';
import { CliError } from '../cli-error.ts';
import type { ClientCommand } from '../command.ts';
import { KV_ROW_PREFIX } from '../kv-client.ts';
import { printable, shorten, showTable } from '../output.ts';
import { call } from '../routing.ts';
import { readAll } from '../standard-input.ts';

const PAGE_ROWS = 1_000;
const VALUE_SHOWN_MAX = 80;

const keyArgument = (): Argument => new Argument('<key>', 'key, not empty');

const get: ClientCommand = {
  name: 'get',
  about: 'Prints the value of a key.',
  arguments: [keyArgument()],
  examples: ['kv get greeting', 'kv get greeting --client-endpoints meta-0:1228,meta-1:1228'],
  run: async ({ kv, io }, args) => {
    const key = given(args, 0);
    const action = { what: `get ${JSON.stringify(key)}`, mutates: false };
    const { response } = await call(kv, action, Meta.get, { key });
    // No value is empty: an empty answer is how the API says that there is none.
    const { value } = response;
    // Scripts get the value as it is; a terminal must not obey it.
    const text = io.isTTY ? printable(value) : value;
    if (value !== '') return { json: { key, value }, text };
    throw new CliError('refused', `There is no key ${JSON.stringify(key)}.`);
  },
};

const set: ClientCommand = {
  name: 'set',
  about: 'Sets a key to a value.',
  arguments: [keyArgument(), new Argument('<value>', 'value, not empty; - reads it from stdin')],
  examples: ['kv set greeting hello', 'kv set settings - < settings.json'],
  run: async ({ kv, io }, args) => {
    const key = given(args, 0);
    const value = args[1] === '-' ? await readAll(io.stdin) : given(args, 1);
    const action = { what: `set ${JSON.stringify(key)}`, mutates: true };
    await call(kv, action, Meta.set, { key, value });
    return { json: { key }, text: '' };
  },
};

const remove: ClientCommand = {
  name: 'del',
  alias: 'delete',
  about: 'Deletes a key, if it is there.',
  arguments: [keyArgument()],
  examples: ['kv del greeting'],
  run: async ({ kv }, args) => {
    const key = given(args, 0);
    const action = { what: `delete ${JSON.stringify(key)}`, mutates: true };
    await call(kv, action, Meta.delete, { key });
    return { json: { key }, text: '' };
  },
};

/** Over the admin API: the one of brokers answers with values alone. */
const list: ClientCommand = {
  name: 'list',
  about: 'Lists keys and values. Asks the peer addresses (--endpoints).',
  arguments: [new Argument('[prefix]', 'only keys that begin so').default('')],
  options: [
    new Option('--keys-only', 'without values'),
    new Option('--stale', 'from the state of the member that is asked, however old'),
  ],
  examples: ['kv list', 'kv list user/', "kv list user/ -o json | jq -r '.rows[].key'"],
  run: async ({ admin }, args, flags) => {
    const prefix = KV_ROW_PREFIX + (args[0] ?? '');
    const keysOnly = flags.keysOnly === true;
    const action = { what: 'list keys', mutates: false };
    const rows: Row[] = [];
    for (let after = '', more = true; more;) {
      const { response } = await call(admin, action, Admin.range, {
        ...{ prefix, after, limit: PAGE_ROWS, keysOnly, stale: flags.stale === true },
      });
      rows.push(...response.rows);
      const last = response.rows.at(-1)?.key;
      // A page without rows would be asked for again and again.
      more = response.more && last !== undefined;
      after = last ?? after;
    }
    const pairs = rows.map(({ key, value }) => ({
      key: key.slice(KV_ROW_PREFIX.length),
      ...(keysOnly ? {} : { value: Buffer.from(value).toString('utf8') }),
    }));
    return {
      json: { rows: pairs },
      text: showTable(
        keysOnly ? ['KEY'] : ['KEY', 'VALUE'],
        pairs.map(({ key, value }) =>
          value === undefined ? [key] : [key, shorten(value, VALUE_SHOWN_MAX)],
        ),
      ),
    };
  },
};

/** `kv …`, in the order of its help. */
export const kvCommands: readonly ClientCommand[] = [get, set, remove, list];
