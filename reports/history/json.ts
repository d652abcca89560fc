/** A history for programs. */
import { CHANGE_POINT_DEFAULTS } from '../../core/stats/index.ts';
import type { HistoryReport } from './view.ts';

export const HISTORY_REPORT_SCHEMA = 'hvbench/history-report@1';

/** What JSON leaves as it is and a terminal or a bidirectional layout would obey. */
const STEERING = /(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** Fractions, and names as they are; characters that could steer a terminal are written as escapes of JSON. */
export function renderJson(report: HistoryReport): string {
  const { significance } = CHANGE_POINT_DEFAULTS;
  const value = { schema: HISTORY_REPORT_SCHEMA, significance, ...report };
  return `${JSON.stringify(value, null, 1).replace(STEERING, escaped)}\n`;
}

function escaped(character: string): string {
  return character
    .split('')
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .join('');
}
