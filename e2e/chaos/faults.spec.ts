import assert from 'node:assert/strict';
import { Standing } from '../../proto/gen/robustmq/admin/v1/admin.ts';
import { createPrng } from '../../server/sim/prng.ts';
import { FAULTS, type Scene } from './faults.ts';
import type { FleetMember } from './fleet.ts';

/** Five voters, of whom the first leads and is impaired, or nobody is. */
function sceneWith(impaired: FleetMember['impaired']): Scene {
  const members = [1, 2, 3, 4, 5].map((id) => ({
    name: `m${id}`,
    impaired: id === 1 ? impaired : undefined,
  }));
  const configuration = {
    members: members.map((_, at) => ({ id: at + 1, standing: Standing.VOTER })),
  };
  const view = { leader: members[0], status: { configuration } };
  const scene = { fleet: { members }, view, random: createPrng(1, 'scene'), tell: () => undefined };
  return scene as unknown as Scene;
}

const namesOf = (scene: Scene): readonly string[] =>
  FAULTS.filter(({ isFair }) => isFair(scene)).map(({ name }) => name);

describe('faults of chaos', () => {
  it('leave a leader alone that suffers already', () => {
    const all = namesOf(sceneWith(undefined));
    const rest = namesOf(sceneWith('cut'));
    assert.deepEqual(
      all.filter((name) => !rest.includes(name)),
      [
        'kill the leader',
        'stop the leader',
        'power loss of all members at once',
        'torn writes of all members at once',
      ],
    );
  });
});
