/** What launches take, from what they took in a real run. */
import type { RowIdentity } from '../judge/compare/match.ts';

type Workload = Pick<RowIdentity, 'isa' | 'suite' | 'workload'>;

/** Names a workload's share of a launch. */
export function workloadKey({ isa, suite, workload }: Workload): string {
  return `${isa} ${suite}/${workload}`;
}

/** Names what it takes to start the machines of an ISA. */
export function startKey(isa: string): string {
  return `${isa} start`;
}

/** What one launch of these rows takes, seconds, at `seconds` by {@link workloadKey} and {@link startKey}. */
export function costOf(rows: readonly Workload[], seconds: Readonly<Record<string, number>>): number {
  const keys = new Set(rows.flatMap((row) => [workloadKey(row), startKey(row.isa)]));
  return [...keys].reduce((sum, key) => sum + (seconds[key] ?? 0), 0);
}
