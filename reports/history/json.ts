/** A history for programs. */

import { CHANGE_POINT_DEFAULTS } from '../../core/stats/index.ts';
import { printableJson } from '../json.ts';
import type { HistoryReport } from './view.ts';

export const HISTORY_REPORT_SCHEMA = 'hvbench/history-report@1';

/** Changes and overheads are fractions; metrics are in the unit that stands beside them. */
export function renderJson(report: HistoryReport): string {
  const { significance } = CHANGE_POINT_DEFAULTS;
  const value = { schema: HISTORY_REPORT_SCHEMA, significance, ...report };
  return printableJson(value);
}
