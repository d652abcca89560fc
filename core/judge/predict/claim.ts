/**
 * What is predicted of the claim that hardware assist is negligible, where it cannot be tested: for the hardware that it was
 * made about, which had no nested paging. It stands beside the verdict, and never is one.
 */
import type { ClaimResult, Result } from '../../results/schema.ts';
import { ASSIST_NEGLIGIBLE } from '../claims/claims.ts';
import { clockOf, published } from './cpu.ts';
import { counterOf, predict } from './predict.ts';
import { CPU_COSTS } from './unit-costs.ts';

/** Why a result's counts say nothing of first-generation hardware; null if they do. */
export function unfitCounts(counted: Result): string | null {
  const counter = counterOf(counted);
  if (!counter) return 'no guest counted all its exits per iteration';
  if (counter.technique !== 'amd-v' && counter.technique !== 'vt-x')
    return `${counter.hypervisor} ran without hardware assist`;
  if (counter.paging !== 'shadow-paging')
    return `${counter.hypervisor} had nested paging, which first-generation hardware lacks: count with hvbench emulate --paging shadow`;
  return null;
}

/** The claims, with what exits counted elsewhere predict of those that could not be tested. */
export function withPredictions(
  claims: readonly ClaimResult[],
  target: Result,
  counted: Result,
): ClaimResult[] {
  const counter = unfitCounts(counted) === null ? counterOf(counted) : null;
  const ghz = clockOf(target);
  const cpus = CPU_COSTS.filter(({ firstGeneration }) => firstGeneration).map((one) =>
    published(one, ghz, 'own'),
  );
  const rows = counter ? predict(target, counted, counter, cpus).rows : [];
  const predicted = cpus.flatMap(({ id, title, prices, clock }): NonNullable<ClaimResult['predicted']> => {
    const overheads = rows.flatMap(({ suite, workload, isa, overheads }) => {
      const overhead = overheads.find(({ cpu }) => cpu === id)?.overhead ?? null;
      return overhead === null ? [] : [{ name: `${suite}/${workload} (${isa})`, overhead }];
    });
    if (overheads.length === 0) return [];
    const recalled = clock?.recalled === true || prices.some((price) => price.recalled);
    return [
      { cpu: title, paging: 'shadow-paging', recalled, workloads: overheads.length, beyond: overheads },
    ];
  });
  return claims.map((claim) => {
    if (claim.id !== ASSIST_NEGLIGIBLE || claim.verdict !== 'not-testable' || predicted.length === 0)
      return claim;
    const { high } = claim.band;
    const beyond = (all: (typeof predicted)[number]['beyond']) =>
      all.filter(({ overhead }) => high !== null && overhead > high);
    return { ...claim, predicted: predicted.map((one) => ({ ...one, beyond: beyond(one.beyond) })) };
  });
}
