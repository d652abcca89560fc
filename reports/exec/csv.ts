/**
 * One row for each environment. The first columns are hyperfine's, in seconds, so that what reads its files reads these;
 * overheads are fractions.
 */

import { type Column, intervalColumns } from '../../core/present/columns.ts';
import type { Environment, ExecResult } from '../../core/results/exec-schema.ts';
import { csvTable } from '../csv-table.ts';
import { hyperfineResult } from './json.ts';
import { plainResult } from './view.ts';

type Line = Environment & { readonly hyperfine: ReturnType<typeof hyperfineResult> };

const COLUMNS: readonly Column<Line>[] = [
  ['command', ({ hyperfine }) => hyperfine.command],
  ['mean', ({ hyperfine }) => hyperfine.mean],
  ['stddev', ({ hyperfine }) => hyperfine.stddev],
  ['median', ({ hyperfine }) => hyperfine.median],
  ['user', ({ hyperfine }) => hyperfine.user],
  ['system', ({ hyperfine }) => hyperfine.system],
  ['min', ({ hyperfine }) => hyperfine.min],
  ['max', ({ hyperfine }) => hyperfine.max],
  ['environment', ({ id }) => id],
  ['mode', ({ mode }) => mode],
  ['technique', ({ technique }) => technique],
  ['status', ({ status }) => status],
  ['error', ({ error }) => error],
  ['launches', ({ launches }) => launches],
  ['runs', ({ hyperfine }) => hyperfine.times.length],
  ['cpu_median', ({ cpuNs }) => cpuNs && cpuNs.median / 1e9],
  ...intervalColumns<Line>('overhead', ({ overhead }) => overhead),
  ...intervalColumns<Line>('cpu_overhead', ({ cpuOverhead }) => cpuOverhead),
  ['metric_median', ({ metric }) => metric?.median],
  ...intervalColumns<Line>('metric_ratio', ({ metric }) => metric?.ratio),
  ['output', ({ output }) => output],
  ['drift', ({ drift }) => drift],
  // Of the runs and of the rounds with native: how many have a figure.
  ['metric_runs', ({ figures }) => figures?.runs],
  ['metric_rounds', ({ figures }) => figures?.rounds],
  ['rounds', ({ figures }) => figures?.ofRounds],
];

export function renderExecCsv(raw: ExecResult): string {
  const result = plainResult(raw);
  return csvTable(
    COLUMNS,
    result.environments.map((environment) => ({
      ...environment,
      hyperfine: hyperfineResult(result, environment),
    })),
  );
}
