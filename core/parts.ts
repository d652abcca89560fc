/** Where everything is put together: the suites, the hypervisors and the reports that a run is given. */

import { reports } from '../reports/index.ts';
import { suites } from '../suites/index.ts';
import type { Config } from './config/config.ts';
import { hypervisors } from './hypervisors/registry.ts';
import { judgeClaims } from './judge/claims/judge.ts';
import type { RunOptions, RunOutcome } from './run/options.ts';
import type { Parts } from './run/parts.ts';
import { type ReportFolderOptions, reportFolder as reportBy } from './run/report-folder.ts';

/** Everything that there is. */
export const parts: Parts = {
  suites,
  hypervisors,
  reports,
  judge: ({ hypervisors: infos, suites: summaries, plan }) =>
    judgeClaims({ hypervisors: infos, suites: summaries, negligible: plan.negligible }),
};

/** A run (core/run/run.ts) of everything that there is. Throws what that throws. */
export async function bench(config: Config, options: RunOptions = {}): Promise<RunOutcome> {
  // Not with all the rest: commands that only report load no engine, and few files are open at once.
  const { run } = await import('./run/run.ts');
  return await run(config, options, parts);
}

/** The reports of a run that is over (core/run/report-folder.ts), with every report that there is. */
export async function reportFolder(folder: string, options: ReportFolderOptions = {}): Promise<RunOutcome> {
  return await reportBy(folder, options, parts);
}
