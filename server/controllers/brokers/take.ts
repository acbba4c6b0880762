/** The first of many, of which no more are read. */
export function take<Value>(all: Iterable<Value>, most: number): readonly Value[] {
  const first: Value[] = [];
  for (const each of all) {
    if (first.length === most) break;
    first.push(each);
  }
  return first;
}
