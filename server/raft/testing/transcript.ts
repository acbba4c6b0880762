/**
 * An interpreter of transcripts: commands that drive a few cores, their disks and the network between
 * them, each followed by what came of it. The format is that of the datadriven tests of etcd-io/raft:
 *
 *   # a comment
 *   command
 *   more lines of the command
 *   ----
 *   output
 *
 * A line of output begins with the member that a thing happened to; the effects stand indented below.
 * Disks write at once, unless held; messages wait until they are delivered. Time stands still, but for
 * `wait` and `run`, and for `campaign`, which waits for the member's own election timeout.
 */
import { invariant } from '../invariant.ts';
import { carryOut } from './command.ts';
import { createWorld } from './world.ts';

/** One command of a transcript, with the comment above it. */
interface Block {
  readonly comments: readonly string[];
  readonly input: readonly string[];
}

/** Runs a transcript; returns it with the output that it should have. */
export function rerun(transcript: string): string {
  const world = createWorld();
  const written: string[] = [];
  for (const { comments, input } of parse(transcript)) {
    const [line = '', ...body] = input;
    const [name = '', ...words] = line.split(' ');
    world.output = [];
    carryOut(world, name, words, body);
    const output = world.output.length === 0 ? ['ok'] : world.output;
    written.push([...comments, ...input, '----', ...output, ''].join('\n'));
  }
  return written.join('\n');
}

function parse(transcript: string): readonly Block[] {
  const blocks: Block[] = [];
  let comments: string[] = [];
  let input: string[] = [];
  let isOutput = false;
  for (const line of transcript.split('\n')) {
    if (line === '----') {
      blocks.push({ comments, input });
      [comments, input] = [[], []];
      isOutput = true;
    } else if (line === '') isOutput = false;
    else if (!isOutput) (line.startsWith('#') ? comments : input).push(line);
  }
  invariant(input.length === 0, 'every command of a transcript is followed by ----', { input });
  return blocks;
}
