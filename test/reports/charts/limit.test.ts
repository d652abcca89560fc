import { loadImage } from '@napi-rs/canvas';
import { describe, expect, it } from 'vitest';
import type { Result } from '../../../core/results/schema.ts';
import { fitInto } from '../../../reports/charts/limit.ts';
import { renderHtml } from '../../../reports/html/index.ts';
import { groupsOf } from '../../../reports/view.ts';
import { suites } from '../../../suites/index.ts';
import { fixtureResult } from '../fixture.ts';
import { pngOf } from '../presented.ts';

const few = fixtureResult({ hostile: false });

/** The same result with each workload this many times, under names of their own. */
function times(count: number): Result {
  const measurements = Array.from({ length: count }, (_, copy) =>
    few.measurements.map((m) => ({ ...m, workload: `${m.workload}-${copy}`, samples: [] })),
  ).flat();
  return { ...few, measurements };
}

const workloads = (result: Result) => groupsOf(result).reduce((sum, { rows }) => sum + rows.length, 0);

describe('fitInto', () => {
  it('leaves a result as it is that there is room for', () => {
    const lines = workloads(few) + groupsOf(few).length;
    expect(fitInto(groupsOf(few), lines, 'all.csv')).toEqual({ groups: groupsOf(few), note: '' });
  });

  it('keeps whole rows of the first workloads, and says how many more there are', () => {
    const all = workloads(few);
    const { groups, note } = fitInto(groupsOf(few), 6, 'all.csv');
    // Five workloads, and the heading of their group.
    expect(groups.map(({ rows }) => rows)).toEqual([groupsOf(few)[0]?.rows.slice(0, 5)]);
    expect(note).toBe(`The chart has room for 5 workloads; all.csv has ${all - 5} more workloads.`);
  });

  it('shows no group of which there is room for the heading alone', () => {
    const [first] = groupsOf(few);
    const { groups } = fitInto(groupsOf(few), (first?.rows.length ?? 0) + 2, 'all.csv');
    expect(groups.map(({ name }) => name)).toEqual([first?.name]);
  });
});

describe('of 20,000 measurements', () => {
  const many = times(Math.ceil(20_000 / few.measurements.length));

  it('a picture shows what it has room for', async () => {
    const { width, height } = await loadImage(pngOf(many, 'overhead.png') as Buffer);
    expect([width, height <= 20_000, height > 10_000]).toEqual([2400, true, true]);
  }, 60_000);

  it('the page draws some, says so, and has all in its table', () => {
    const page = renderHtml(many, suites);
    expect(page).toMatch(/The chart has room for \d+ workloads; overhead\.csv has \d+ more workloads\./);
    expect(page.match(/<tr data-suite/g)).toHaveLength(many.measurements.length);
  }, 60_000);
});
