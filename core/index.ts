/** The library: `import { run, defineConfig } from 'hvbench'`. Its types stand on those of Node. */
/// <reference types="node" preserve="true" />
import lack from '#node-version';
import type { Config } from './config/config.ts';
import { UserError } from './errors.ts';
import type { RunOptions, RunOutcome } from './run/options.ts';

export { type Config, defineConfig } from './config/config.ts';
export { UserError } from './errors.ts';
export type { Interval, Measurement, Result } from './results/schema.ts';
export type {
  RunEvent as BenchEvent,
  RunOptions as BenchOptions,
  RunOutcome as BenchOutcome,
} from './run/options.ts';

/**
 * Measures, and writes result and reports into the run's folder. Throws UserError where what is asked for
 * cannot be done; a machine that fails is part of the result instead.
 */
export async function run(config: Config, options: RunOptions = {}): Promise<RunOutcome> {
  if (lack) throw new UserError(`hvbench cannot run: ${lack}`);
  // What measures is loaded when it is to measure: a configuration imports this file for `defineConfig` alone.
  const { bench } = await import('./parts.ts');
  return bench(config, options);
}
