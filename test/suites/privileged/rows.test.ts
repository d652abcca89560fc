import { describe, expect, test } from 'vitest';
import { compareMetrics } from '../../../core/judge/compare/metrics.ts';
import { assemble } from '../../../core/results/assemble.ts';
import type { JournalOperation } from '../../../core/results/journal.ts';
import type { Result } from '../../../core/results/schema.ts';
import { suites } from '../../../suites/index.ts';
import { operationRows } from '../../../suites/privileged/rows.ts';
import { header, operation, operationSample } from '../../core/results/example.ts';

/** Launches in which native takes `native` ns and kvm `kvm` ns an operation, give or take a tenth of a per cent. */
function resultOf(native: number, kvm: number, rest: Partial<JournalOperation> = {}, count = 3): Result {
  const operations = ['native', 'kvm'].map((hypervisor) => operation({ ...rest, hypervisor }));
  const samples = Array.from({ length: count }, (_, launch) =>
    Object.entries({ native, kvm }).map(([hypervisor, ns]) => {
      const wallNs = ns * 1000 * (1 + (launch - 1) / 1000);
      return operationSample({ hypervisor, launch, wallNs: [wallNs, wallNs, wallNs] });
    }),
  );
  return assemble([header({ operations }), ...samples.flat()], suites);
}

const kvmOf = (result: Result) => operationRows(result).find(({ target }) => target.hypervisor === 'kvm');

const compared = (before: Result, after: Result) =>
  compareMetrics([operationRows(before), operationRows(after)], 0.01);

const changesOf = (before: Result, after: Result) =>
  compared(before, after).metrics.map(({ target, basis, changes }) => [
    target.hypervisor,
    basis,
    changes[0]?.verdict,
  ]);

describe('an operation', () => {
  test('is a row with its time, and its ratio to native of the same launches', () => {
    const row = kvmOf(resultOf(10, 25));
    expect(row).toMatchObject({
      suite: 'privileged',
      target: { hypervisor: 'kvm', isa: 'x86_64', machineType: null },
      dimensions: { operation: 'cpuid' },
      identity: { technique: 'direct-execution', 'machine code': 'e'.repeat(64) },
      metrics: { time: { unit: 'ns', better: 'lower', value: { estimate: expect.closeTo(25, 2) } } },
    });
    expect(row?.metrics.time?.versus).toMatchObject([
      { target: 'native', ratio: { estimate: expect.closeTo(2.5, 8) } },
    ]);
    expect(row?.metrics.time?.versus?.[0]?.samples).toHaveLength(3);
  });

  test('that native only does something like stands alone', () => {
    const counterpart = 'a fault that Linux turns into a signal';
    expect(kvmOf(resultOf(10, 25, { counterpart }))?.metrics.time?.versus).toBeUndefined();
  });

  test('has no figure if a batch took no more than an empty one', () => {
    const result = resultOf(10, 25);
    const [, kvm] = result.operations as [unknown, Result['operations'][number]];
    kvm.samples[0]?.nsPerOperation.splice(0, 1, null);
    expect(kvmOf(result)?.metrics).toEqual({});
  });

  test('that is unavailable says why', () => {
    const unavailable = 'a process may not do this';
    const result = assemble([header({ operations: [operation({ unavailable })] })], suites);
    expect(operationRows(result)).toMatchObject([{ status: 'unavailable', error: unavailable, metrics: {} }]);
  });
});

describe('compared', () => {
  test('on a day that is twice as slow the guest is the same, and native shows the day', () => {
    expect(changesOf(resultOf(10, 25), resultOf(20, 50))).toEqual([
      ['native', 'absolute', 'worse'],
      ['kvm', 'native', 'same'],
    ]);
  });

  test('a guest that became slower is worse', () => {
    expect(changesOf(resultOf(10, 25), resultOf(10, 30))).toEqual([
      ['native', 'absolute', 'same'],
      ['kvm', 'native', 'worse'],
    ]);
  });

  test('one launch is shown and not judged', () => {
    const { metrics } = compared(resultOf(10, 25, {}, 1), resultOf(10, 30, {}, 1));
    expect(metrics[1]).toMatchObject({
      values: [expect.closeTo(2.5, 8), expect.closeTo(3, 8)],
      changes: [{ verdict: 'undecided', reason: expect.stringContaining('one launch') }],
    });
  });

  test('other machine code is never compared', () => {
    const { metrics, unmatchedMetrics } = compared(
      resultOf(10, 25),
      resultOf(10, 25, { digest: 'f'.repeat(64) }),
    );
    expect(metrics).toEqual([]);
    expect(new Set(unmatchedMetrics.map(({ reason }) => reason))).toEqual(
      new Set(['not the same machine code (another one)']),
    );
  });
});
