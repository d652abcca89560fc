/** What starting a machine costs, by what the machine is for: a study of launches, without workloads of its own. */
import type { MeasuredSuite } from '../../core/measure/method.ts';
import { bootRoles } from './roles.ts';
import { bootRows } from './rows.ts';

export const boot: MeasuredSuite = {
  name: 'boot',
  title: `From launch to the first answer: ${bootRoles.map(({ name }) => name).join(', ')}; from a warm and a cold page cache`,
  slot: 5,
  folder: 'suites/boot',
  // Most commands list suites, and measure none of them.
  method: { weight: 2, measure: async (context) => (await import('./measure.ts')).measureBoot(context) },
  workloads: [],
  rows: bootRows,
};
