/** What a run's journal begins with. */
import type { KeptConfig } from '../config/config.ts';
import { packageVersion } from '../package.ts';
import { JOURNAL_SCHEMA, type JournalHeader } from '../results/journal.ts';
import type { HostRecord, HypervisorInfo } from '../results/schema.ts';
import { plannedOperations, plannedRows, suiteMachinesOf } from './names.ts';
import type { Plan } from './plan.ts';

/** The header of a new run. */
export async function headerOf(plan: Plan, host: HostRecord, config: KeptConfig): Promise<JournalHeader> {
  const { profile, cpus, profileName, seed, negligible, resamples } = plan;
  const { precision, operationLaunches, ...counts } = profile;
  return {
    type: 'header',
    schema: JOURNAL_SCHEMA,
    tool: { name: 'hvbench', version: packageVersion() },
    host,
    startedAt: new Date().toISOString(),
    seed,
    profile: profileName,
    plan: { ...cpus, ...counts, precision, resamples, negligible },
    hypervisors: plan.availabilities.map(
      ({ onRequest, features, linux, machineLacks, ...info }): HypervisorInfo => info,
    ),
    rows: plannedRows(plan),
    operations: plannedOperations(plan),
    studies: await suiteMachinesOf(plan),
    config: { ...config, seed },
  };
}
