/** The names that numbers of the API have in tables and in JSON: stable, in snake case. */
import {
  Phase,
  ProgressState,
  Role,
  Standing,
  Trust,
} from '../../proto/gen/robustmq/admin/v1/admin.ts';

const wordIn =
  (names: Readonly<Record<string, number>>) =>
  (value: number): string =>
    Object.entries(names)
      .find(([, each]) => each === value)?.[0]
      .toLowerCase() ?? `unknown_${value}`;

export const phaseWord = wordIn(Phase);
export const roleWord = wordIn(Role);
export const standingWord = wordIn(Standing);
export const trustWord = wordIn(Trust);
export const progressWord = wordIn(ProgressState);
