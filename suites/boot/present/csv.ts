/** boot.csv: one row per machine, role and state of the page cache. Times are milliseconds from the start of the process. */
import type { CsvFile } from '../../../core/model/section.ts';
import { type Column, csvFile, intervalColumns } from '../../../core/present/columns.ts';
import type { BootResult } from '../schema.ts';
import type { Booted } from './rows.ts';

const COLUMNS: readonly Column<BootResult>[] = [
  ['hypervisor', (b) => b.hypervisor],
  ['machine_type', (b) => b.machineType],
  ['isa', (b) => b.isa],
  ['role', (b) => b.role],
  ['cache', (b) => b.cache],
  ['status', (b) => b.status],
  ['error', (b) => b.error],
  ['launches', (b) => b.launches],
  ['image_bytes', (b) => b.imageBytes],
  ['kernel_bytes', (b) => b.kernelBytes],
  ...intervalColumns<BootResult>('hypervisor_ms', (b) => b.milestonesMs.hypervisor),
  ...intervalColumns<BootResult>('guest_ms', (b) => b.milestonesMs.guest),
  ...intervalColumns<BootResult>('kernel_ms', (b) => b.milestonesMs.kernel),
  ...intervalColumns<BootResult>('user_space_ms', (b) => b.milestonesMs.userSpace),
  ...intervalColumns<BootResult>('ready_ms', (b) => b.milestonesMs.ready),
  ...intervalColumns<BootResult>('cpu_ms', (b) => b.cpuMs),
  ['proportional_bytes', (b) => b.proportionalBytes],
  ['peak_resident_bytes', (b) => b.peakResidentBytes],
  ['cold_fraction', (b) => b.coldFraction],
];

export function bootCsv({ boots }: Pick<Booted, 'boots'>): CsvFile {
  return csvFile('boot.csv', COLUMNS, boots);
}
