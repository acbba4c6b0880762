/** Remembers which changes the API server refused, and finds out whether it still does. */
import type { Writer } from '../kube/api.ts';
import { KubeError } from '../kube/kube-error.ts';
import type { Observation } from '../plan/observation.ts';
import { changeOf, keyOf } from '../plan/refusal.ts';
import type { Change } from '../plan/refusal.ts';
import type { Action } from '../plan/action.ts';
import { changedObject } from './changed-object.ts';
import type { ChangedObject, Changing } from './changed-object.ts';
import { pauseAfter, shortened } from './refused-pause.ts';

interface Refused {
  readonly change: Change;
  /** Of the resource: what another spec asks for is another change. */
  readonly generation: number;
  /** Undefined: it would be taken now, or so it seems until it is made. */
  readonly why: string | undefined;
  readonly pauseMs: number;
  /** When the API server is asked again, as of `steadyMs`. */
  readonly againMs: number;
}

/** By change. */
export type RefusalMemory = Map<string, Refused>;

/** Remembers that the API server refused a change; of other actions, nothing. */
export function noteRefusedChange(
  { memory, steadyMs }: { readonly memory: RefusalMemory; readonly steadyMs: number },
  generation: number,
  action: Action,
  refusal: string,
): void {
  const change = changeOf(action);
  if (change === undefined) return;
  const key = keyOf(change);
  memory.set(key, refusedAgain(memory.get(key), { change, generation, refusal, steadyMs }));
}

/** Forgets a change that was made. */
export function forgetRefusal(memory: RefusalMemory, action: Action): void {
  const change = changeOf(action);
  if (change !== undefined) memory.delete(keyOf(change));
}

/**
 * Why the API server takes no such change, by change. Each that it refused is tried out again after a pause,
 * which changes nothing. Fails with a KubeError when the API server does not say.
 */
export async function seenRefusals(
  writer: Pick<Writer, 'apply'>,
  { memory, steadyMs }: { readonly memory: RefusalMemory; readonly steadyMs: number },
  changing: Changing,
): Promise<Observation['refusals']> {
  const { generation } = changing.context.cluster.metadata;
  for (const [key, before] of [...memory]) {
    const { change } = before;
    const object = changedObject(changing, change);
    if (before.generation !== generation || object === undefined) memory.delete(key);
    else if (before.why !== undefined && steadyMs >= before.againMs) {
      const refusal = await tryOut(writer, object);
      const after =
        refusal === undefined
          ? { ...before, why: undefined }
          : refusedAgain(before, { change, generation, refusal, steadyMs });
      memory.set(key, after);
    }
  }
  return Object.fromEntries(
    [...memory].flatMap(([key, { why }]) => (why === undefined ? [] : [[key, why]])),
  );
}

interface Again {
  readonly change: Change;
  readonly generation: number;
  readonly refusal: string;
  readonly steadyMs: number;
}

function refusedAgain(
  before: Refused | undefined,
  { change, generation, refusal, steadyMs }: Again,
): Refused {
  const pauseMs = pauseAfter(before?.generation === generation ? before.pauseMs : undefined);
  return { change, generation, why: shortened(refusal), pauseMs, againMs: steadyMs + pauseMs };
}

async function tryOut(
  writer: Pick<Writer, 'apply'>,
  { resource, place, wanted }: ChangedObject,
): Promise<string | undefined> {
  try {
    await writer.apply(resource, wanted, place, { dryRun: true });
    return undefined;
  } catch (error) {
    if (error instanceof KubeError && error.refusal !== undefined) return error.refusal;
    throw error;
  }
}
