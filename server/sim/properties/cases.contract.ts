/** Registers the specs of a property: what must go red, and look-alikes that must not. */
import assert from 'node:assert/strict';
import type { Observation } from '../observation.ts';
import type { Property } from './property.ts';
import { judge } from './testing/observations.ts';

export interface Cases {
  readonly breaks: Readonly<Record<string, readonly Observation[]>>;
  readonly holds: Readonly<Record<string, readonly Observation[]>>;
}

export function describeProperty(property: Property, { breaks, holds }: Cases): void {
  describe(property.name, () => {
    for (const [name, observations] of Object.entries(breaks)) {
      it(`is broken by ${name}`, () => {
        // Up to the last observation everything is in order: it is the one that breaks it.
        assert.equal(judge(property, observations.slice(0, -1)), undefined);
        assert.notEqual(judge(property, observations), undefined);
      });
    }
    for (const [name, observations] of Object.entries(holds)) {
      it(`holds with ${name}`, () => assert.equal(judge(property, observations), undefined));
    }
  });
}
