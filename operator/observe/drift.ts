/** Compares what is there with what the spec makes of it: the API server itself says what applying would change. */
import type { RobustMQCluster } from '../api/cluster.ts';
import type { Place, Resource, Writer } from '../kube/api.ts';
import { KubeError } from '../kube/kube-error.ts';
import type { ChildState } from '../plan/observation.ts';
import { sameData } from '../plan/same-data.ts';
import { ownershipOf } from './ownership.ts';
import type { Owned } from './ownership.ts';
import { pauseAfter, shortened } from './refused-pause.ts';

/** How a child compares, and why the API server does not take it as the spec makes it, if so. */
export interface Compared {
  readonly state: ChildState;
  readonly refusal?: string;
}

/** An object that was refused is refused again, unless something else has changed: it is asked ever less often. */
interface Refused {
  readonly key: string;
  readonly compared: Compared;
  readonly pauseMs: number;
  /** When the API server is asked again, as of `steadyMs`. */
  readonly againMs: number;
}

interface Known {
  readonly key: string;
  readonly compared: Compared;
}

/**
 * What was found, by object and by what it was compared with: objects that did not change need no other
 * look, so that a steady state asks nothing of the API server.
 */
export type DriftMemory = Map<string, Known | Refused>;

/** Where it is asked, and what is known. */
export interface Comparing {
  readonly writer: Pick<Writer, 'apply'>;
  readonly memory: DriftMemory;
  /** In ms since some time; nobody puts it ahead or back. */
  readonly steadyMs: number;
}

/** Of one whose write was refused, whatever it was to be. */
const WRITTEN = 'refused when it was written';

/** Remembers that the API server refused to have an object written. */
export function noteRefusal(
  { memory, steadyMs }: Omit<Comparing, 'writer'>,
  resource: Resource,
  place: Place,
  refusal: string,
): void {
  const compared: Compared = { state: 'missing', refusal: shortened(refusal) };
  const pauseMs = pauseAfter(undefined);
  const againMs = steadyMs + pauseMs;
  memory.set(nameOf(resource, place), { key: WRITTEN, compared, pauseMs, againMs });
}

const nameOf = ({ plural }: Resource, { namespace, name }: Place): string =>
  `${plural}/${namespace ?? ''}/${name}`;

/**
 * How `live` compares to `wanted`, which is tried out: for one that is missing, only after it was refused.
 * Fails with a KubeError when the API server does not say.
 */
export async function compare<Shape extends Owned>(
  { writer, memory, steadyMs }: Comparing,
  cluster: RobustMQCluster,
  {
    resource,
    place,
    live,
    wanted,
  }: {
    readonly resource: Resource<Shape>;
    readonly place: Place;
    readonly live: Shape | undefined;
    readonly wanted: Shape;
  },
): Promise<Compared> {
  const ownership = live === undefined ? 'ours' : ownershipOf(cluster, live);
  if (ownership !== 'ours') return { state: ownership };
  const name = nameOf(resource, place);
  const { uid = '', resourceVersion = '' } = live?.metadata ?? {};
  const text = JSON.stringify(wanted);
  const key = `${uid}/${resourceVersion}/${text}`;
  // Controllers write to it as well: no reason to ask sooner.
  const keyRefused = `${uid}/refused/${text}`;
  const known = memory.get(name);
  if (known?.key === key) return known.compared;
  const before = known !== undefined && 'againMs' in known ? known : undefined;
  if (live === undefined && before === undefined) return { state: 'missing' };
  const refused = before?.key === keyRefused || before?.key === WRITTEN ? before : undefined;
  const state = live === undefined ? 'missing' : 'differs';
  if (refused && steadyMs < refused.againMs) return { ...refused.compared, state };
  try {
    const after = await writer.apply(resource, wanted, place, { dryRun: true });
    const compared = { state: stateOf(live, after) };
    if (live === undefined) memory.delete(name);
    else memory.set(name, { key, compared });
    return compared;
  } catch (error) {
    if (!(error instanceof KubeError) || error.refusal === undefined) throw error;
    const refusal = shortened(error.refusal);
    const compared: Compared = { state, refusal };
    const pauseMs = pauseAfter(refused?.pauseMs);
    memory.set(name, { key: keyRefused, compared, pauseMs, againMs: steadyMs + pauseMs });
    return compared;
  }
}

function stateOf(live: Owned | undefined, after: Owned): ChildState {
  if (live === undefined) return 'missing';
  return sameData(lasting(after), lasting(live)) ? 'current' : 'differs';
}

/** Without what every write changes, and without what controllers say of it. */
function lasting(object: Owned): unknown {
  return {
    ...object,
    status: undefined,
    metadata: {
      ...object.metadata,
      managedFields: undefined,
      resourceVersion: undefined,
      generation: undefined,
    },
  };
}
