import type { Property } from './property.ts';

/** A second cluster under the same resource would hold half of the metadata. */
export const oneBootstrap: Property = {
  name: 'one bootstrap',
  judge: ({ fleet }, mutation) => {
    if (mutation.kind !== 'bootstrap') return undefined;
    const members = [...fleet.directories.values()].filter(({ group }) => group !== undefined);
    if (members.length > 0) return `${members[0]?.uuid ?? ''} is a member already`;
    const [founder] = fleet.founded;
    return founder && `${founder} has begun a cluster before`;
  },
};
