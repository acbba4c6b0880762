/** `snapshot save`: a backup of the whole state. */
import { Argument, Option } from 'commander';
import { given } from '../arguments.ts';
import { writeWhole } from '../backup-file.ts';
import type { ClientCommand } from '../command.ts';
import { showBytes } from '../output.ts';
import { createBar } from '../progress-bar.ts';
import type { Session } from '../session.ts';
import { snapshotChunks } from '../snapshot-stream.ts';

const save: ClientCommand = {
  name: 'save',
  about: 'Saves the durable state of the first endpoint that answers to a file.',
  arguments: [new Argument('<file>', 'appears only when it is whole and on disk')],
  options: [new Option('--force', 'replace the file if it exists')],
  examples: ['snapshot save meta.backup', 'snapshot save meta.backup --force --timeout 30s'],
  run: async (session, args, flags) => {
    const file = given(args, 0);
    let bytes = 0;
    const chunks = counted(session, (received) => (bytes = received));
    await writeWhole(file, chunks, flags.force === true);
    return { json: { file, bytes }, text: `Saved ${showBytes(bytes)} to ${file}.` };
  },
};

export const snapshotCommands: readonly ClientCommand[] = [save];

/** Passes chunks on and shows how much there is. How much there will be, no member tells. */
async function* counted(
  session: Session,
  tell: (bytes: number) => void,
): AsyncGenerator<Uint8Array, void, undefined> {
  const bar = createBar(session, '{bytes} received in {duration_formatted}, {rate}/s');
  const startedMs = session.nowMs();
  let bytes = 0;
  try {
    for await (const chunk of snapshotChunks(session.admin, session.interrupt)) {
      bytes += chunk.length;
      tell(bytes);
      const seconds = Math.max(1, session.nowMs() - startedMs) / 1_000;
      const words = { bytes: showBytes(bytes), rate: showBytes(Math.round(bytes / seconds)) };
      bar.show(bytes, bytes + 1, words);
      yield chunk;
    }
  } finally {
    bar.end();
  }
}
