/** What the level `restricted` of Pod Security asks of pods and their containers. */

/** Of the project's image, which has no name for it. */
export const USER = 65_532;

export const RESTRICTED_POD = {
  ...{ runAsNonRoot: true, runAsUser: USER, runAsGroup: USER },
  seccompProfile: { type: 'RuntimeDefault' },
} as const;

export const RESTRICTED_CONTAINER = {
  allowPrivilegeEscalation: false,
  readOnlyRootFilesystem: true,
  capabilities: { drop: ['ALL'] },
} as const;
