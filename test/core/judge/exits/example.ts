/** Small results of the parts that counting and predicting read; every figure is chosen for the tests. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../../../core/package.ts';
import { parseResult } from '../../../../core/results/read-result.ts';
import type { Measurement, OperationResult, Result } from '../../../../core/results/schema.ts';
import { suites } from '../../../../suites/index.ts';

/** Cut from a real one: test/fixtures/exits/README.md. */
export function stored(name: 'nested' | 'shadow' | 'measured'): Result {
  const path = join(packageRoot(), 'test/fixtures/exits', name, 'result.json');
  return parseResult(JSON.parse(readFileSync(path, 'utf8')), suites);
}

/** The result, with each measurement and operation changed; null leaves it out. */
export function changed(
  result: Result,
  {
    measurement = (one) => one,
    operation = (one) => one,
  }: {
    readonly measurement?: (one: Measurement) => Measurement | null;
    readonly operation?: (one: OperationResult) => OperationResult | null;
  },
): Result {
  return {
    ...result,
    measurements: result.measurements.flatMap((one) => measurement(one) ?? []),
    operations: result.operations.flatMap((one) => operation(one) ?? []),
  };
}

/** Exits of one iteration of each workload that guests ran. */
export const withCounts = (result: Result, counts: Readonly<Record<string, number>>): Result =>
  changed(result, {
    measurement: (one) => (one.hypervisor === 'native' ? one : { ...one, exitsPerIteration: { ...counts } }),
  });
