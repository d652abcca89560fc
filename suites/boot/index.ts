/** What starting a machine costs, by what the machine is for: measured by launches, without workloads of its own. */
import type { MeasuredSuite, Method } from '../../core/measure/method.ts';
import { presentBoot } from './present/index.ts';
import { bootRoles } from './roles.ts';
import { bootRows } from './rows.ts';
import { type BootEntry, type BootResult, bootEntries, bootSchema } from './schema.ts';
import { summarizeBoots } from './summarize.ts';

const method: Method<BootEntry, BootResult> = {
  weight: 2,
  // Most commands list suites, and measure none of them.
  measure: async (context) => (await import('./measure.ts')).measureBoot(context),
  entries: bootEntries,
  detail: bootSchema,
  formerList: 'boots',
  summarize: summarizeBoots,
  rows: bootRows,
  present: presentBoot,
};

export const boot: MeasuredSuite = {
  name: 'boot',
  title: `From launch to the first answer: ${bootRoles.map(({ name }) => name).join(', ')}; from a warm and a cold page cache`,
  slot: 5,
  folder: 'suites/boot',
  method,
  workloads: [],
};
