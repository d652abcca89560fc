import { expect, test } from 'vitest';
import { compareMetrics } from '../../../core/judge/compare/metrics.ts';
import { densityRows } from '../../../suites/density/rows.ts';
import type { DensityEntry } from '../../../suites/density/schema.ts';
import { summarizeDensity } from '../../../suites/density/summarize.ts';
import { header } from '../../core/results/example.ts';
import { begin, journal, name, step } from './example.ts';

const rowsOf = (entries: readonly DensityEntry[]) => densityRows(summarizeDensity(entries), header());

test('each hypervisor has a row for how many lived, and one for each number of machines', () => {
  const rows = rowsOf(journal);
  expect(rows.map(({ target, dimensions, status }) => [target.hypervisor, dimensions, status])).toEqual([
    ['kvm', {}, 'ok'],
    ['kvm', { machines: 1 }, 'ok'],
    ['kvm', { machines: 10_000 }, 'ok'],
    ['qemu-kvm', {}, 'ok'],
    ['qemu-kvm', { machines: 1 }, 'ok'],
    ['qemu-kvm', { machines: 250 }, 'ok'],
    ['qemu-tcg', {}, 'unavailable'],
  ]);
  expect(rows[0]?.metrics.held).toMatchObject({ unit: 'count', better: 'higher', value: 10_000 });
  expect(rows[2]?.metrics).toMatchObject({
    memory: { unit: 'bytes', better: 'lower', value: 0.5 * 2 ** 20 },
    processMemory: { value: 2 ** 17 },
    start: { unit: 'ns', value: (20_500 / 10_000) * 1e6 },
  });
});

test("what the host's memory varies by itself is no figure", () => {
  const single = rowsOf(journal).find(
    ({ target, dimensions }) => target.hypervisor === 'qemu-kvm' && dimensions.machines === 1,
  );
  expect(Object.keys(single?.metrics ?? {})).toEqual(['processMemory', 'start']);
});

test('numbers of machines that did not all answer are no rows', () => {
  const lame: DensityEntry[] = [
    begin('kvm'),
    { type: 'density-step', ...name('kvm'), ...step(10, 40, { right: 9 }) },
  ];
  expect(rowsOf(lame)).toMatchObject([{ dimensions: {}, metrics: { held: { value: 0 } } }]);
});

test('compared, all figures stand side by side, and none is judged as if it were exact', () => {
  const later: DensityEntry[] = [
    begin('kvm'),
    { type: 'density-step', ...name('kvm'), ...step(10_000, 0.75) },
  ];
  const { metrics, unmatchedMetrics } = compareMetrics([rowsOf(journal), rowsOf(later)], 0.01);
  expect(metrics.map(({ metric, values }) => [metric, values])).toEqual([
    ['held', [10_000, 10_000]],
    ['memory', [0.5 * 2 ** 20, 0.75 * 2 ** 20]],
    ['processMemory', [2 ** 17, 1.5 * 2 ** 17]],
    ['start', [expect.closeTo(2.05e6, 3), expect.closeTo(2.05e6, 3)]],
  ]);
  expect(new Set(metrics.flatMap(({ changes }) => changes.map(({ verdict }) => verdict)))).toEqual(
    new Set(['undecided']),
  );
  expect(unmatchedMetrics.map(({ reason }) => reason)).toEqual(Array(4).fill('B has no such row'));
});
