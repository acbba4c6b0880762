/** The pod of the recorders: a container for each way, on one node, so that they have one clock. */
import { programPod } from '../program.ts';
import { WAYS, type Way } from './line.ts';

export const RECORDERS = 'recorders';

export interface RecordersSetup {
  readonly namespace: string;
  /** The project's. */
  readonly image: string;
  /** Where members are found, by way: `host:port`. */
  readonly addresses: Readonly<Record<Way, readonly string[]>>;
}

/** Program and pod, for `kubectl apply`. They begin at once, and need no members for that. */
export const recorders = ({ addresses, ...setup }: RecordersSetup): object =>
  programPod({
    ...setup,
    name: RECORDERS,
    main: 'kubernetes/recorders/main.ts',
    args: Object.fromEntries(WAYS.map((way) => [way, [way, ...addresses[way]]])),
  });
