/** The definition of the Hodges–Lehmann estimate, written out: all averages, sorted. */
export function referenceLocation(values: readonly number[]): number {
  const averages = values
    .flatMap((value, first) => values.slice(first).map((other) => (value + other) / 2))
    .sort((a, b) => a - b);
  const half = averages.length / 2;
  const upper = averages[Math.floor(half)] as number;
  return Number.isInteger(half) ? ((averages[half - 1] as number) + upper) / 2 : upper;
}
