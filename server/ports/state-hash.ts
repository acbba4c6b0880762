/** A hash of all rows, in 16 hexadecimal digits: equal on all members that have applied as much. */
export type StateHash = string;
