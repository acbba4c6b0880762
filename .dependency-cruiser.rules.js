/** How rules of `.dependency-cruiser.js` are made. */

export const tests = String.raw`\.(spec|contract)\.ts$`;

/** What a folder's own modules (not its specs) may import; everything else is refused. */
export function confine(name, folder, allowed, comment) {
  return {
    name,
    comment,
    severity: 'error',
    from: { path: `^${folder}/`, pathNot: tests },
    to: { pathNot: [`^${folder}/`, ...allowed] },
  };
}

/** As `confine`, but only for imports of our own code: packages and Node are free. */
export function confineOwn(name, folder, allowed, comment) {
  const rule = confine(name, folder, allowed, comment);
  return {
    ...rule,
    // Fixtures wire worlds together, and `only-specs-import-testing` keeps them out of what ships.
    from: { ...rule.from, pathNot: [rule.from.pathNot, '/testing/'] },
    to: { ...rule.to, path: '^(server|operator|proto|e2e|simulation)/' },
  };
}

/** Imports of these paths carry types only: nothing of them runs here. */
export function typesOnly(name, folder, path, comment) {
  return {
    name,
    comment,
    severity: 'error',
    from: { path: `^${folder}/`, pathNot: [tests, '/testing/'] },
    to: { path, dependencyTypesNot: ['type-only'] },
  };
}
