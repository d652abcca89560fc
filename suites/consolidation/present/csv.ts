/** consolidation.csv: a row for each hypervisor, number of machines and demand. Units stand in the column names. */
import type { CsvFile } from '../../../core/model/section.ts';
import { type Column, csvFile } from '../../../core/present/columns.ts';
import type { ConsolidationLevel, ConsolidationRow, ConsolidationStep, Range } from '../schema.ts';
import type { ConsolidationFound } from './view.ts';

interface Line {
  readonly row: ConsolidationRow;
  readonly step?: ConsolidationStep;
  readonly level?: ConsolidationLevel;
}

const range = (name: string, of: (line: Line) => Range | undefined): Column<Line>[] => [
  [name, (line) => of(line)?.median],
  [`${name}_low`, (line) => of(line)?.low],
  [`${name}_high`, (line) => of(line)?.high],
];

const yesNo = (value: boolean | undefined) => (value === undefined ? undefined : value ? 'yes' : 'no');

const COLUMNS: readonly Column<Line>[] = [
  ['isa', ({ row }) => row.isa],
  ['hypervisor', ({ row }) => row.hypervisor],
  ['status', ({ row }) => row.status],
  ['machines', ({ step }) => step?.machines],
  ['demand', ({ level }) => level?.demand],
  ['quality_held', ({ level }) => yesNo(level?.held)],
  [
    'is_knee',
    ({ row, step, level }) =>
      yesNo(
        level &&
          row.knees.some(({ demand, machines }) => demand === level.demand && machines === step?.machines),
      ),
  ],
  ...range('turns_per_second', ({ level }) => level?.turnsPerSecond),
  ...range('slowest_turns_per_second', ({ level }) => level?.slowestPerSecond),
  ['jain_index', ({ level }) => level?.fairness],
  ['requests', ({ level }) => level?.latencyMs.requests],
  ['latency_p50_ms', ({ level }) => level?.latencyMs.p50],
  ['latency_p95_ms', ({ level }) => level?.latencyMs.p95],
  ['latency_p99_ms', ({ level }) => level?.latencyMs.p99],
  ['latency_max_ms', ({ level }) => level?.latencyMs.max],
  ['worst_machine_p95_ms', ({ level }) => level?.latencyMs.worstP95],
  ['quality_ceiling_ms', ({ row }) => row.mix?.ceilingMs],
  ['least_done', ({ level }) => level?.leastDone],
  ['cpu_ms_per_turn', ({ level }) => level?.cpuMsPerTurn],
  ['cpu_overhead', ({ level }) => level?.cpuOverhead],
  ['pss_bytes_per_guest', ({ step }) => step?.memory?.pssBytes],
  ['own_bytes_per_guest', ({ step }) => step?.memory?.ownBytes],
  ['storm_last_ms', ({ step }) => step?.storm.lastMs],
  ['storm_median_ms', ({ step }) => step?.storm.medianMs],
  ['tool_cpu', ({ level }) => level?.toolCpu],
  ['tool_lag_p95_ms', ({ level }) => level?.toolLagMs],
  ['ended', ({ row }) => row.ended.kind],
  ['ended_reason', ({ row }) => row.ended.reason],
];

/** What has no figures has one row that says why. */
export function consolidationCsv({ consolidation }: ConsolidationFound): CsvFile {
  const lines = consolidation.flatMap((row): Line[] => {
    const measured = row.steps.flatMap((step) => step.levels.map((level): Line => ({ row, step, level })));
    return measured.length > 0 ? measured : [{ row }];
  });
  return csvFile('consolidation.csv', COLUMNS, lines);
}
