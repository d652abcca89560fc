/** Where everything is put together: the suites, the hypervisors and the reports that a run is given. */

import { reports } from '../reports/index.ts';
import { suites } from '../suites/index.ts';
import type { Config } from './config/config.ts';
import { hypervisors } from './hypervisors/registry.ts';
import { judgeClaims } from './judge/claims/judge.ts';
import { checkRows, type Row } from './model/row.ts';
import type { Result } from './results/schema.ts';
import type { RunOptions, RunOutcome } from './run/options.ts';
import type { Parts } from './run/parts.ts';
import { type ReportFolderOptions, reportFolder as reportBy } from './run/report-folder.ts';
import { run } from './run/run.ts';

const parts: Parts = {
  suites,
  hypervisors,
  reports,
  judge: ({ hypervisors: infos, suites: summaries, plan }) =>
    judgeClaims({ hypervisors: infos, suites: summaries, negligible: plan.negligible }),
};

/** {@link run} with everything that there is. */
export async function bench(config: Config, options: RunOptions = {}): Promise<RunOutcome> {
  return await run(config, options, parts);
}

/** {@link reportBy} with every report that there is. */
export async function reportFolder(folder: string, options: ReportFolderOptions = {}): Promise<RunOutcome> {
  return await reportBy(folder, options, parts);
}

/** What a result has beside workloads, of every suite that there is. */
export function rowsOf(result: Result): Row[] {
  return suites.flatMap(({ name, rows }) => (rows ? checkRows(name, rows(result)) : []));
}
