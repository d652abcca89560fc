/** The result as it is, and with it hyperfine's `results`, so that scripts that read its files read this one. */
import { mean, median, sampleStandardDeviation } from 'simple-statistics';
import type { Environment, ExecResult } from '../../core/exec/schema.ts';
import { commandLine } from './view.ts';

/** One entry of hyperfine's `results`: seconds, of the runs that count; null where there is none. */
export function hyperfineResult(result: ExecResult, { id, runs }: Environment) {
  const counted = runs.filter(({ counts }) => counts);
  const seconds = (of: (run: Environment['runs'][number]) => number) => counted.map((run) => of(run) / 1e9);
  const times = seconds(({ wallNs }) => wallNs);
  const some = <T>(value: () => T) => (times.length > 0 ? value() : null);
  return {
    command: `${id}: ${commandLine(result)}`,
    mean: some(() => mean(times)),
    stddev: times.length > 1 ? sampleStandardDeviation(times) : null,
    median: some(() => median(times)),
    user: some(() => mean(seconds(({ userNs }) => userNs))),
    system: some(() => mean(seconds(({ systemNs }) => systemNs))),
    min: some(() => Math.min(...times)),
    max: some(() => Math.max(...times)),
    times,
    exit_codes: counted.map(({ ending }) => (ending.how === 'exited' ? ending.code : null)),
  };
}

export function renderExecJson(result: ExecResult): string {
  const results = result.environments
    .filter(({ runs }) => runs.length > 0)
    .map((environment) => hyperfineResult(result, environment));
  return `${JSON.stringify({ ...result, results }, null, 1)}\n`;
}
