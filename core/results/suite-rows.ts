/** What every suite has found, as rows. */
import { checkRows, type Row } from '../model/row.ts';
import type { Result } from './schema.ts';
import type { KeptSuite } from './suite-records.ts';
import { workloadRows } from './workload-rows.ts';

/** Rows of workloads, and of what else a result has of these suites. Throws Error if a suite gives a row that is none. */
export function rowsOf(result: Result, suites: readonly KeptSuite[]): Row[] {
  const others = suites.flatMap(({ name, method, rows }) => {
    const own = method ? method.rows(result.details[name] ?? [], result) : (rows?.(result) ?? []);
    return checkRows(name, own);
  });
  return [...workloadRows(result), ...others];
}
