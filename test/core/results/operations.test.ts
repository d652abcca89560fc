import { describe, expect, it } from 'vitest';
import { assemble } from '../../../core/results/assemble.ts';
import type { JournalEntry } from '../../../core/results/journal.ts';
import type { OperationResult } from '../../../core/results/schema.ts';
import { suites } from '../../../suites/index.ts';
import { header, operation, operationSample } from './example.ts';

/** The rows that these entries make, by hypervisor. */
function rowsOf(...entries: JournalEntry[]): Map<string, OperationResult> {
  const operations = ['native', 'kvm'].map((hypervisor) => operation({ hypervisor }));
  const result = assemble([header({ operations }), ...entries], suites);
  return new Map(result.operations.map((row) => [row.hypervisor, row]));
}

const kvm = (launch: number, ns: number) =>
  operationSample({
    hypervisor: 'kvm',
    launch,
    iterations: 100,
    wallNs: [ns * 100, ns * 100],
    ticks: [1, 1],
  });

const dead = {
  type: 'no-operation',
  launch: 0,
  isa: 'x86_64',
  suite: 'privileged',
  operation: 'cpuid',
} as const;

describe('operations of a journal', () => {
  it('become a time with its interval over launches, the empty batch taken away', () => {
    const batch = { iterations: 100, wallNs: [1500, 1500], ticks: [1, 1], emptyWallNs: 500 };
    const row = rowsOf(
      operationSample({ hypervisor: 'kvm', launch: 0, ...batch }),
      operationSample({ hypervisor: 'kvm', launch: 1, ...batch }),
    ).get('kvm');
    expect(row).toMatchObject({ status: 'ok', launches: 2, operationsPerBatch: 100, mode: 'hosted' });
    expect(row?.nsPerOperation?.estimate).toBeCloseTo(10, 9);
    expect(row?.samples).toEqual([
      { launch: 0, nsPerOperation: [10, 10] },
      { launch: 1, nsPerOperation: [10, 10] },
    ]);
  });

  it('differ between launches: the interval shows it', () => {
    const interval = rowsOf(kvm(0, 10), kvm(1, 12), kvm(2, 11)).get('kvm')?.nsPerOperation;
    expect(interval?.low).toBeLessThan(10.5);
    expect(interval?.high).toBeGreaterThan(11.5);
    expect(interval?.estimate).toBeGreaterThan(10);
    expect(interval?.estimate).toBeLessThan(12);
  });

  it('have no interval after one launch, but their samples', () => {
    const row = rowsOf(kvm(0, 10)).get('kvm');
    expect(row).toMatchObject({ status: 'ok', nsPerOperation: null, cyclesPerOperation: null });
    expect(row?.samples).toHaveLength(1);
  });

  it("are given in cycles of native's counter, whatever their own counter says", () => {
    const native = [0, 1].map((launch) =>
      operationSample({ launch, iterations: 1, wallNs: [1000, 1000], ticks: [2500, 2500] }),
    );
    const rows = rowsOf(...native, kvm(0, 10), kvm(1, 10));
    expect(rows.get('kvm')?.cyclesPerOperation?.estimate).toBeCloseTo(25, 6);
    expect(rowsOf(kvm(0, 10), kvm(1, 10)).get('kvm')?.cyclesPerOperation).toBeNull();
  });

  it('that took less than the empty batch have no figure, and neither has the row', () => {
    const shorter = { iterations: 10, wallNs: [5], ticks: [1], emptyWallNs: 9 };
    const row = rowsOf(operationSample({ hypervisor: 'kvm', launch: 0, ...shorter }), kvm(1, 10)).get('kvm');
    expect(row).toMatchObject({ status: 'ok', launches: 2, nsPerOperation: null, cyclesPerOperation: null });
    expect(row?.samples[0]?.nsPerOperation).toEqual([null]);
  });

  it.each(['failed', 'unavailable'] as const)('that are %s say why', (status) => {
    const row = rowsOf({ ...dead, hypervisor: 'kvm', status, error: 'it died' }).get('kvm');
    expect(row).toMatchObject({ status, error: 'it died', nsPerOperation: null, samples: [] });
  });

  it('that failed later keep what was measured before', () => {
    const row = rowsOf(kvm(0, 10), {
      ...dead,
      launch: 1,
      hypervisor: 'kvm',
      status: 'failed',
      error: 'it died',
    });
    expect(row.get('kvm')).toMatchObject({ status: 'failed', launches: 1 });
  });

  it('of a machine that could not start have failed', () => {
    const failure = {
      launch: 0,
      isa: 'x86_64',
      hypervisor: 'kvm',
      workload: null,
      error: 'no start',
    } as const;
    const rows = rowsOf({ type: 'failure', suite: 'privileged', platform: 'bare', ...failure });
    expect(rows.get('kvm')).toMatchObject({ status: 'failed', error: 'no start' });
    expect(rows.get('native')).toMatchObject({
      status: 'unavailable',
      error: 'the run ended before it was measured',
    });
  });

  it('that were never possible are told by the header', () => {
    const unavailable = 'a process may not do this';
    const result = assemble([header({ operations: [operation({ unavailable })] })], suites);
    expect(result.operations[0]).toMatchObject({ status: 'unavailable', error: unavailable });
  });

  it('are none in a journal of before', () => {
    expect(assemble([header()], suites).operations).toEqual([]);
  });
});
