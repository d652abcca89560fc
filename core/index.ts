/** The library: `import { run, defineConfig } from 'hvbench'`. Its types stand on those of Node. */
/// <reference types="node" preserve="true" />
import lack from '#node-version';
import type { BenchOptions, BenchOutcome } from './cli/bench.ts';
import type { Config } from './config/config.ts';
import { UserError } from './errors.ts';

export type { BenchEvent, BenchOptions, BenchOutcome } from './cli/bench.ts';
export { type Config, defineConfig } from './config/config.ts';
export { UserError } from './errors.ts';
export type { Interval, Measurement, Result } from './results/schema.ts';

/**
 * Measures, and writes result and reports into the run's folder. Throws UserError where what is asked for
 * cannot be done; a machine that fails is part of the result instead.
 */
export async function run(config: Config, options: BenchOptions = {}): Promise<BenchOutcome> {
  if (lack) throw new UserError(`hvbench cannot run: ${lack}`);
  // What measures is loaded when it is to measure: a configuration imports this file for `defineConfig` alone.
  const { bench } = await import('./cli/bench.ts');
  return bench(config, options);
}
