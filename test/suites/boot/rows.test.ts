import { describe, expect, test } from 'vitest';
import { type ComparedMetric, compareMetrics } from '../../../core/judge/compare/metrics.ts';
import { bootRows } from '../../../suites/boot/rows.ts';
import type { BootResult } from '../../../suites/boot/schema.ts';
import { fixtureResult } from '../../reports/fixture.ts';
import { booted, bootRow } from './present/example.ts';

const rowsOf = (...boots: BootResult[]) => bootRows(boots, fixtureResult());
const rowOf = (boot: BootResult) => rowsOf(boot)[0];

/** What became of each metric between two boots. */
function verdicts(before: BootResult, after: BootResult): Record<string, string | undefined> {
  const { metrics } = compareMetrics([rowsOf(before), rowsOf(after)], 0.01);
  return Object.fromEntries(metrics.map((one: ComparedMetric) => [one.metric, one.changes[0]?.verdict]));
}

describe('a boot', () => {
  test('is a row for each machine, role and state of the page cache', () => {
    const boot = bootRow('qemu-tcg', 2000, { machineType: 'pc', role: 'full', cache: 'cold' });
    expect(rowOf(boot)).toMatchObject({
      suite: 'boot',
      target: { hypervisor: 'qemu-tcg', isa: 'x86_64', machineType: 'pc' },
      dimensions: { role: 'full', cache: 'cold' },
      status: 'ok',
      identity: { 'size of the image': 1 << 20, 'size of the kernel': null },
    });
    expect(rowsOf(...booted().boots)).toHaveLength(booted().boots.length);
  });

  test('has its times in ns with their intervals, and its memory in bytes; what was not seen is absent', () => {
    const { metrics } = rowOf(bootRow('kvm', 100)) ?? {};
    expect(Object.keys(metrics ?? {})).toEqual(['ready', 'cpuTime', 'memory']);
    expect(metrics?.ready).toMatchObject({ unit: 'ns', better: 'lower', value: { estimate: 100e6 } });
    expect(metrics?.ready?.samples?.map(({ values }) => values)).toEqual([[99e6], [100e6], [101e6]]);
    expect(metrics?.memory).toMatchObject({ unit: 'bytes', value: 32 << 20 });
    const linux = rowOf(bootRow('kvm', 100, { milestones: { kernel: 20, userSpace: 50 } }));
    expect(Object.keys(linux?.metrics ?? {})).toEqual(['ready', 'userSpace', 'kernel', 'cpuTime', 'memory']);
  });

  test('that could not be measured says why and has no metrics', () => {
    const none = bootRow('kvm', 1, { status: 'unavailable', error: 'no kvm', launches: 0, samples: [] });
    expect(rowOf(none)).toMatchObject({ status: 'unavailable', error: 'no kvm', metrics: {} });
  });
});

describe('compared', () => {
  test('a slower start is worse, the memory stays the same', () => {
    expect(verdicts(bootRow('kvm', 100), bootRow('kvm', 120))).toEqual({
      ...{ ready: 'worse', cpuTime: 'worse', memory: 'same' },
    });
    expect(verdicts(bootRow('kvm', 100), bootRow('kvm', 80))).toMatchObject({ ready: 'better' });
    expect(verdicts(bootRow('kvm', 100), bootRow('kvm', 100.5))).toMatchObject({ ready: 'same' });
  });

  test('more memory is worse, by the launches', () => {
    const before = bootRow('kvm', 100);
    const samples = before.samples.map((sample) => ({ ...sample, proportionalBytes: 40 << 20 }));
    expect(verdicts(before, { ...before, samples })).toMatchObject({ memory: 'worse', ready: 'same' });
  });

  test('another image is another boot', () => {
    const lists = [bootRow('kvm', 100), bootRow('kvm', 100, { imageBytes: 2 << 20 })].map((boot) =>
      rowsOf(boot),
    );
    expect(compareMetrics(lists, 0.01)).toMatchObject({
      metrics: [],
      unmatchedMetrics: [{ reason: 'not the same size of the image (1048576 against 2097152)' }, {}],
    });
  });
});
