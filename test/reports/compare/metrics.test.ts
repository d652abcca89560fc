import { describe, expect, test } from 'vitest';
import { compare } from '../../../core/judge/compare/compare.ts';
import type { Metric, Row } from '../../../core/model/row.ts';
import type { Result } from '../../../core/results/schema.ts';
import { type ComparisonReport, comparisonFormats } from '../../../reports/compare/index.ts';
import {
  metricCounts,
  metricTables,
  notComparedLines,
  summaryLines,
} from '../../../reports/compare/metrics.ts';
import { atLeastOne } from '../../at-least-one.ts';
import { smallResult } from '../../core/judge/compare/example.ts';
import { around, launches, metric, row } from '../../core/judge/compare/metric-example.ts';
import { HOSTILE } from '../fixture.ts';

/** Results of nothing but these rows: of a suite that no file of reports or core knows. */
function reportOf(lists: readonly Row[][], workloads = false): ComparisonReport {
  const small = smallResult();
  const results = lists.map(
    (rows): Result => ({
      ...small,
      ...(!workloads && { measurements: [] }),
      rows: [...rows],
    }),
  );
  return {
    results: results.map(({ startedAt }, index) => ({ path: `run-${index}`, startedAt })),
    ...compare(results, { margin: 0.01 }),
  };
}

const versus = (ratio: number) => ({
  versus: [{ target: 'native', ratio: around(ratio), samples: launches(ratio) }],
});
const number = (value: number): Metric => ({
  ...{ title: 'cups a pot', unit: 'count', better: 'higher', value },
  minimumEffect: { fraction: 0, reason: 'a cup is a cup' },
});
const before = [row({ brew: metric(2e6), pour: metric(5, versus(1.5)), cups: number(8) })];
const after = [row({ brew: metric(3e6), pour: metric(9, versus(1.5)), cups: number(4) })];
const pair = reportOf([before, after]);

function render(name: string, report: ComparisonReport, width = 140): string {
  const format = comparisonFormats.find((one) => one.name === name);
  if (!format) throw new Error(`no format ${name}`);
  return format.render(report, { colour: false, width });
}

test('counts keep apart what is against native and what depends on the day', () => {
  expect(metricCounts(pair)).toEqual([
    { letter: 'B', basis: 'absolute', metrics: 2, worse: 1, better: 0, same: 0, undecided: 1 },
    { letter: 'B', basis: 'native', metrics: 1, worse: 0, better: 0, same: 1, undecided: 0 },
  ]);
  expect(summaryLines(pair)).toEqual([
    'Absolute figures: 1 worse, 0 better, 0 the same, 1 undecided of 2',
    'Other figures against native: 0 worse, 0 better, 1 the same, 0 undecided of 1',
  ]);
});

test('of workloads nothing is said where there are none, and the same as before where there are', () => {
  for (const { name } of atLeastOne(comparisonFormats))
    expect(render(name, pair)).not.toMatch(/No row could be compared|0 of 0 rows/);
  expect(summaryLines(reportOf([before, after], true))[0]).toMatch(/^0 worse, .* of 4 rows$/);
  const without = reportOf([[], []], true);
  expect(render('terminal', reportOf([before, after], true))).toContain(
    render('terminal', without).split('\n').slice(5).join('\n').trimEnd(),
  );
});

test('a table for each suite and basis says what its figures stand against', () => {
  const [absolute, native, ...rest] = metricTables(pair);
  expect(rest).toEqual([]);
  expect(absolute?.title).toBe('teapot, absolute: depends on the day and the host');
  expect(native?.title).toBe('teapot, against native in the same run');
  expect(absolute?.head).toEqual(['figure', 'A', 'B', 'change', 'verdict']);
  expect(absolute?.rows.map((cells) => cells.map(({ text }) => text))).toEqual([
    ['green/3 cups, kvm (x86_64): brewing', '2.00 ms', '3.00 ms', '+50.0 %', 'worse'],
    ['green/3 cups, kvm (x86_64): cups a pot', '8', '4', '–', 'undecided (1)'],
  ]);
  expect(absolute?.notes).toEqual([
    '(1) a number without an interval: how much it varies is unknown',
    'brewing: changes within ±2 % count as none: kettles differ',
  ]);
  expect(native?.rows[0]?.map(({ text }) => text).slice(1)).toEqual([
    ...['1.50x', '1.50x', '0.0 %', 'same within ±2 %'],
  ]);
});

test('a change that rests on two intervals says so', () => {
  const { samples, ...lone } = metric(2e6);
  const [table] = metricTables(reportOf([[row({ brew: lone })], after]));
  expect(table?.rows[0]?.at(-1)?.text).toBe('worse (1)');
  expect(table?.notes[0]).toMatch(/^\(1\) from the two intervals alone/);
});

describe('what cannot be compared', () => {
  test('is listed with the reason, a whole suite in one line', () => {
    const other = row({ brew: metric(1) }, { identity: { technique: 'vt-x' } });
    expect(notComparedLines(reportOf([before, [other]]))).toEqual([
      'teapot/green/3 cups, kvm (x86_64), in A and B: not the same technique (amd-v against vt-x)',
    ]);
    const more = [...before, row({ brew: metric(1) }, { dimensions: { leaf: 'black' } })];
    expect(notComparedLines(reportOf([more, []]))).toEqual([
      'teapot (2 rows), in A: B has nothing of the suite teapot',
    ]);
  });
});

describe('every format', () => {
  test.each(['terminal', 'markdown', 'html'])('%s shows figures, changes and verdicts', (name) => {
    const text = render(name, pair).replace(/<style>.*<\/style>/s, '');
    for (const part of ['2.00 ms', '3.00 ms', '+50.0 %', 'worse', 'same within ±2 %', '1.50x'])
      expect(text).toContain(part);
  });

  test.each([140, 100, 70])('the terminal keeps to %d columns', (width) => {
    const text = render('terminal', pair, width);
    expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(width);
  });

  test('csv has a line for each, its unit and what it stands against', () => {
    const [head = [], ...lines] = render('csv', pair)
      .trimEnd()
      .split('\n')
      .map((line) => line.split(','));
    const columns = ['suite', 'workload', 'hypervisor', 'result', 'metric', 'unit', 'better', 'basis'];
    const pick = (names: readonly string[]) =>
      lines.map((line) => names.map((name) => line[head.indexOf(name)]));
    expect(pick(columns)).toEqual([
      ['teapot', 'green/3', 'kvm', 'B', 'brew', 'ns', 'lower', 'absolute'],
      ['teapot', 'green/3', 'kvm', 'B', 'pour', 'ratio', 'lower', 'native'],
      ['teapot', 'green/3', 'kvm', 'B', 'cups', 'count', 'higher', 'absolute'],
    ]);
    expect(pick(['value_a', 'value', 'value_low', 'margin', 'verdict', 'overhead'])).toEqual([
      ['2000000', '3000000', '2997000', '0.02', 'worse', ''],
      ['1.5', '1.5', '1.4985', '0.02', 'same', ''],
      ['8', '4', '', '0.01', 'undecided', ''],
    ]);
  });

  test('json has them in their units', () => {
    expect(JSON.parse(render('json', pair))).toMatchObject({
      metricCounts: [{ basis: 'absolute', worse: 1 }, { basis: 'native' }],
      metrics: [
        { metric: 'brew', unit: 'ns', values: [{ estimate: 2e6 }, { estimate: 3e6 }] },
        { metric: 'pour', basis: 'native' },
        { metric: 'cups', values: [8, 4] },
      ],
      unmatchedMetrics: [],
    });
  });

  const hostile = (at: number) =>
    row(
      { [HOSTILE.markup]: metric(at, { title: HOSTILE.terminal }) },
      { suite: HOSTILE.formula, dimensions: { [HOSTILE.markdown]: HOSTILE.closing } },
    );
  const unfriendly = reportOf([[hostile(1)], [hostile(2)]]);

  test.each(comparisonFormats.map(({ name }) => name))('%s: no name steers a terminal', (name) => {
    expect(render(name, unfriendly).replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  });

  test.each(['markdown', 'html'])('%s: names open no element', (name) => {
    expect(render(name, unfriendly)).not.toMatch(/<(script|img)/);
  });
});
