/** The result as it is, and with it hyperfine's `results`, so that scripts that read its files read this one. */
import { max, mean, median, min, sampleStandardDeviation } from 'simple-statistics';
import type { Environment, ExecResult } from '../../core/results/exec-schema.ts';
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
    min: some(() => min(times)),
    max: some(() => max(times)),
    times,
    exit_codes: counted.map(({ ending }) => (ending.how === 'exited' ? ending.code : null)),
  };
}

export function renderExecJson(result: ExecResult): string {
  const results = result.environments
    .filter(({ runs }) => runs.length > 0)
    .map((environment) => JSON.stringify(hyperfineResult(result, environment)));
  return resultJson(result, { results: list(results) });
}

/**
 * The text of result.json: a line for each run, since JSON that spreads it over twenty would be longer, for a hundred
 * thousand runs, than a text can be. `more`: further fields, of values that are JSON already.
 */
export function resultJson(
  { environments, ...rest }: ExecResult,
  more: Readonly<Record<string, string>> = {},
): string {
  const all = environments.map(({ runs, ...environment }) =>
    object({ ...fields(environment), runs: list(runs.map((run) => JSON.stringify(run))) }),
  );
  return `${object({ ...fields(rest), environments: list(all), ...more })}\n`;
}

const fields = (of: object): Record<string, string> =>
  Object.fromEntries(
    Object.entries(of).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, JSON.stringify(value)]],
    ),
  );

const list = (items: readonly string[]) => (items.length > 0 ? `[\n${items.join(',\n')}\n]` : '[]');

const object = (of: Readonly<Record<string, string>>) =>
  `{\n${Object.entries(of)
    .map(([name, json]) => `${JSON.stringify(name)}: ${json}`)
    .join(',\n')}\n}`;
