/** What a proto file says about bytes and paths, in the words of proto. */

/** `Name(Request) returns (stream Reply)`. */
export type WireRpc = string;

/** `repeated string values = 1`; a field of a oneof has `oneof name` before it. */
export type WireField = string;

/** In order of declaration, which is not always that of numbers. */
export type WireMessage = readonly WireField[];

/** `Session = 0`. */
export type WireEnum = readonly string[];

export interface WireFile {
  readonly path: string;
  readonly package: string;
  readonly service: string;
  readonly rpcs: readonly WireRpc[];
  readonly messages: Readonly<Record<string, WireMessage>>;
  readonly enums: Readonly<Record<string, WireEnum>>;
}
