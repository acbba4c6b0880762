/** `log-level`: how much members log. */
import { Argument } from 'commander';
import { AdminServiceService as Admin } from '../../../proto/gen/robustmq/admin/v1/admin.ts';
import { given } from '../arguments.ts';
import { toCliError } from '../cli-error.ts';
import type { ClientCommand } from '../command.ts';
import { EXIT } from '../exit-code.ts';
import type { ExitCode } from '../exit-code.ts';
import { showTable } from '../output.ts';
import { call } from '../routing.ts';
import type { Route } from '../routing.ts';

const LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'];

/** What became of one member. */
interface Outcome {
  readonly endpoint: string;
  readonly previous: string | undefined;
  readonly error: string | undefined;
  readonly exitCode: ExitCode;
}

export const logLevelCommand: ClientCommand = {
  name: 'log-level',
  about: 'Sets the least severe lines that are logged, at every endpoint, until it is restarted.',
  arguments: [new Argument('<level>', 'from the most to the least talkative').choices(LEVELS)],
  examples: ['log-level debug', 'log-level info --endpoints meta-0:1230,meta-1:1230'],
  run: async ({ admin }, args) => {
    const level = given(args, 0);
    const outcomes = await Promise.all(
      admin.endpoints.map((endpoint) => setLevel(admin, endpoint, level)),
    );
    return {
      json: {
        level,
        members: outcomes.map(({ endpoint, previous, error }) => ({
          endpoint,
          previous: previous ?? null,
          error: error ?? null,
        })),
      },
      text: showTable(
        ['ENDPOINT', 'BEFORE', 'NOW'],
        outcomes.map(({ endpoint, previous, error }) => [
          endpoint,
          previous ?? '-',
          error ?? level,
        ]),
      ),
      exitCode: outcomes.find(({ exitCode }) => exitCode !== EXIT.done)?.exitCode ?? EXIT.done,
    };
  },
};

async function setLevel(admin: Route, endpoint: string, level: string): Promise<Outcome> {
  const route = { ...admin, endpoints: [endpoint], elsewhere: () => undefined };
  const action = { what: `set the log level of ${endpoint}`, mutates: true };
  try {
    const { response } = await call(route, action, Admin.setLogLevel, { level });
    return { endpoint, previous: response.previous, error: undefined, exitCode: EXIT.done };
  } catch (error) {
    const { message, exitCode } = toCliError(error);
    return { endpoint, previous: undefined, error: message, exitCode };
  }
}
