/** The same items. Throws if there are none: whatever is asserted of each of nothing holds. */
export function atLeastOne<T>(items: Iterable<T>): T[] {
  const all = [...items];
  if (all.length === 0) throw new Error('there is nothing to assert anything of');
  return all;
}
