/** The library: `import { run, defineConfig } from 'hvbench'`. */
export { type BenchEvent, type BenchOptions, type BenchOutcome, bench as run } from './cli/bench.ts';
export { type Config, defineConfig } from './config/config.ts';
export { UserError } from './errors.ts';
export type { Interval, Measurement, Result } from './results/schema.ts';
