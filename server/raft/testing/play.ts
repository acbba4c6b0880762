/** Commands of a transcript, for what comes of them in the end. */
import { carryOut } from './command.ts';
import { createWorld, type World } from './world.ts';

export { stationOf } from './world.ts';

/** Plays commands, one in each string; `output` is that of the last one. */
export function play(...commands: readonly string[]): World {
  const world = createWorld();
  for (const command of commands) {
    const [line = '', ...body] = command.split('\n');
    const [name = '', ...words] = line.split(' ');
    world.output = [];
    carryOut(world, name, words, body);
  }
  return world;
}
