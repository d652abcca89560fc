/** Does the same for each item, for so many at once; the results are in the order of the items. Rejects as `work` does. */
export async function atOnce<Item, Made>(
  items: readonly Item[],
  most: number,
  work: (item: Item) => Promise<Made>,
): Promise<Made[]> {
  const made: Made[] = new Array(items.length);
  const rest = items.entries();
  const worker = async () => {
    for (const [index, item] of rest) made[index] = await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(most, items.length) }, worker));
  return made;
}
