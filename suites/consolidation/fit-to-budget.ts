/** What of a round still fits into the time that is left. Pure. */

export interface WithCost {
  readonly isa: string;
  readonly machines: number;
  readonly native: boolean;
  /** Only there for those that it stands beside. */
  readonly referenceOnly: boolean;
  /** What it is expected to take, ms. */
  readonly costMs: number;
}

/**
 * The cheapest first, each with native beside it on the same ISA at the same number of machines, which is paid for once;
 * then native's own scale-up. In their own order.
 */
export function fitToBudget<T extends WithCost>(slots: readonly T[], leftMs: number): T[] {
  const taken = new Set<T>();
  let left = leftMs;
  const nativesOf = (slot: T) =>
    slots.filter(({ isa, machines, native }) => native && isa === slot.isa && machines === slot.machines);
  const cheapest = [...slots].sort((a, b) => Number(a.native) - Number(b.native) || a.costMs - b.costMs);
  for (const slot of cheapest) {
    if (slot.referenceOnly) continue;
    const wanted = new Set([slot, ...nativesOf(slot)].filter((one) => !taken.has(one)));
    const costMs = [...wanted].reduce((sum, one) => sum + one.costMs, 0);
    if (costMs > left) continue;
    left -= costMs;
    for (const one of wanted) taken.add(one);
  }
  return slots.filter((slot) => taken.has(slot));
}
