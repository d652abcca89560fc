/** The formats of report: adding one is a file and a line here. */
import { chartsReport } from './charts/index.ts';
import { csvReport } from './csv.ts';
import { htmlReport } from './html/index.ts';
import { markdownReport } from './markdown.ts';
import type { Report } from './report.ts';

export type { Report } from './report.ts';
export { renderTerminal } from './terminal/index.ts';

export const reports: readonly Report[] = [csvReport, chartsReport, htmlReport, markdownReport];
