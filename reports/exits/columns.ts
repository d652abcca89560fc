/** Counts of exits as columns of CSV files: the same of operations, workloads and results side by side. */
import type { Column } from '../../core/present/columns.ts';

/** Those that have a column, after that of all exits. */
const REASONS = ['user', 'io', 'mmio', 'halt', 'interrupt', 'page-fault', 'emulation', 'hypercall'];

/** `exits_per_second`, `page_fault_per_second` and so on; empty where nobody counts. */
export function exitColumns<T>(
  per: string,
  of: (row: T) => Readonly<Record<string, number>> | null | undefined,
): Column<T>[] {
  return ['exits', ...REASONS].map((reason) => [
    `${reason.replaceAll('-', '_')}_${per}`,
    (row) => of(row)?.[reason],
  ]);
}
