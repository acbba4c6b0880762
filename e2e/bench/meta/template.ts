/** Requests into which the load generator writes numbers: it knows nothing of what else is in them. */

/** How many digits a number takes. */
export const DIGITS = 9;

const MARK = /\{(\d{7})\}/g;

/** Stands in texts of a request where numbers go: the same one wherever it stands. Counted from 0. */
export const mark = (at: number): string => `{${String(at).padStart(DIGITS - 2, '0')}}`;

/** As the generator reads it. */
export interface Template {
  readonly method: string;
  /** In base64. */
  readonly request: string;
  readonly digits: number;
  /** Where each mark stands, in bytes. */
  readonly marks: readonly (readonly number[])[];
}

/** An rpc, as the generated code defines it. */
interface Rpc<Request> {
  readonly path: string;
  readonly requestSerialize: (request: Request) => Buffer;
}

/** @throws Error when the marks of a request are not all those from 0 on. */
export function templateOf<Request>(rpc: Rpc<Request>, request: Request): Template {
  const bytes = rpc.requestSerialize(request);
  const places: number[][] = [];
  // A character for each byte, so that places are those of bytes.
  for (const { index, 1: number } of bytes.toString('latin1').matchAll(MARK)) {
    (places[Number(number)] ??= []).push(index);
  }
  const marks = Array.from(places, (each: readonly number[] | undefined) => {
    if (each === undefined) throw new Error(`${rpc.path}: a mark is not there`);
    return each;
  });
  if (marks.length === 0) throw new Error(`${rpc.path}: there is no mark`);
  return { method: rpc.path, request: bytes.toString('base64'), digits: DIGITS, marks };
}
