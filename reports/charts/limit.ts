/** What one picture has room for. */
import type { Result } from '../../core/results/schema.ts';
import { count } from '../format.ts';

export interface Fitted {
  readonly result: Result;
  /** What is left out, in a sentence; empty where nothing is. */
  readonly note: string;
}

/** A result's first workloads, as many as `lines` have room for: one each, and one for the heading of their group. */
export function fitInto(result: Result, lines: number): Fitted {
  const groups = new Set<string>();
  const kept = new Set<string>();
  const all = new Set<string>();
  for (const { suite, isa, workload } of result.measurements) {
    const [group, row] = [`${suite}\n${isa}`, `${suite}\n${isa}\n${workload}`];
    const isNew = !all.has(row);
    all.add(row);
    if (!isNew || kept.size + groups.size + (groups.has(group) ? 1 : 2) > lines) continue;
    groups.add(group);
    kept.add(row);
  }
  if (kept.size === all.size) return { result, note: '' };
  const measurements = result.measurements.filter(({ suite, isa, workload }) =>
    kept.has(`${suite}\n${isa}\n${workload}`),
  );
  const rest = count(all.size - kept.size, 'more workload');
  return {
    result: { ...result, measurements },
    note: `There is room for ${kept.size} workloads: ${rest} are in overhead.csv.`,
  };
}
