import { loadImage } from '@napi-rs/canvas';
import { describe, expect, test } from 'vitest';
import { historyMetricRows } from '../../../core/judge/history/metric-rows.ts';
import type { Metric, Row } from '../../../core/model/row.ts';
import { createRandom } from '../../../core/stats/random.ts';
import { renderChart } from '../../../reports/history/chart.ts';
import { type ClassHistory, historyFormats } from '../../../reports/history/index.ts';
import { panelsOf } from '../../../reports/history/panels.ts';
import { atLeastOne } from '../../at-least-one.ts';
import { metric, row } from '../../core/judge/compare/metric-example.ts';
import { historyEntry, historyRow, noisy } from '../../core/judge/history/example.ts';
import { HOSTILE } from '../fixture.ts';
import { classHistory, history } from './example.ts';

const bare = (value: number, rest: Partial<Metric>): Metric => {
  const { samples: _, ...others } = metric(value, { value, ...rest });
  return others;
};

/** A start that became slower, a knee that fell, memory that was taken otherwise from the 9th on, a ratio that stayed. */
function rowsAt(index: number, random: ReturnType<typeof createRandom>): Row[] {
  const start = noisy(0, random).estimate + (index < 10 ? 1 : 1.3);
  const identity = { technique: index < 8 ? 'amd-v' : 'vt-x' };
  return [
    row({ ready: bare(1e8 * start, { title: 'ready' }) }),
    row({ knee: bare(index < 12 ? 16 : 9, { title: 'knee', unit: 'count', better: 'higher' }) }),
    row(
      { memory: bare(3e7, { title: 'memory', unit: 'bytes' }) },
      { dimensions: { leaf: 'black' }, identity },
    ),
    row({
      time: metric(100, {
        title: 'time',
        versus: [{ target: 'native', ratio: 20 + noisy(0, random).estimate }],
      }),
    }),
  ].map((one, place) => ({ ...one, suite: ['boot', 'consolidation', 'density', 'privileged'][place] ?? '' }));
}

function days(withRows: boolean, edit: (rows: Row[]) => Row[] = (rows) => rows): ClassHistory {
  const random = createRandom(9);
  const entries = Array.from({ length: 24 }, (_, index) =>
    historyEntry(index, {
      rows: withRows ? [historyRow({ overhead: noisy(0.1, random) })] : [],
      metrics: historyMetricRows(edit(rowsAt(index, random))),
    }),
  );
  return classHistory(entries);
}

const both = days(true);
const alone = days(false);
const hostile = days(true, (rows) =>
  rows.flatMap((one) =>
    Object.values(HOSTILE).map((text) => ({
      ...one,
      ...{ suite: text, dimensions: { [text.slice(0, 60)]: text } },
      target: { ...one.target, hypervisor: text, machineType: text },
      metrics: Object.fromEntries(
        Object.values(one.metrics).map((found) => [text.slice(0, 60), { ...found, title: text }]),
      ),
    })),
  ),
);

function render(name: string, classes: ClassHistory, width = 120): string {
  const format = historyFormats.find((one) => one.name === name);
  if (format?.kind !== 'text') throw new Error(`no text format ${name}`);
  return format.render({ classes: [classes] }, { colour: false, width });
}

const oneLine = (text: string) => text.replaceAll('\\', '').replace(/\s+/g, ' ');

describe.each(['terminal', 'markdown'])('%s', (name) => {
  test('says what changed, with the direction, and which unit a figure has', () => {
    const text = oneLine(render(name, both));
    expect(text).toContain('2 changes in 2 of 5 figures (1 row and 4 metrics), over 24 results');
    expect(text).toMatch(
      /boot\/green\/3 cups, kvm \(x86_64\): ready: \+\d\d\.\d % .*, lower is better, from 2026-01-11/,
    );
    expect(text).toMatch(/consolidation\/.*: knee: -43\.75 % \[.*\], higher is better, from 2026-01-13/);
    expect(text).toContain('boot, absolute: depends on the day and the host');
    expect(text).toContain('privileged, against native in the same run');
    expect(text).toMatch(/knee [│|] 24 [│|] 16 [│|] 9 [│|] -43\.75 % [│|] higher/);
    expect(text).toMatch(/memory [│|] 16 [│|] 28\.6 MiB [│|]/);
    expect(text).toMatch(/time [│|] 24 [│|] 20\.0x [│|]/);
  });

  test('says where a metric was cut', () => {
    expect(oneLine(render(name, both))).toMatch(
      /density\/black, kvm \(x86_64\): memory: not the same technique \(amd-v against vt-x\) since 2026-01-10 .*: its 16 results are not compared with the 8 before/,
    );
  });

  test('without workloads it is silent about them', () => {
    const text = oneLine(render(name, alone));
    expect(text).toContain('2 changes in 2 of 4 metrics');
    expect(text).not.toMatch(/Overhead|guest|cpu\/integer/);
    expect(text).toContain('Of 100 metrics that never changed');
  });

  test('names cannot steer it', () => {
    const text = render(name, hostile);
    expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  });
});

test('markdown: names stay text', () => {
  const text = render('markdown', hostile);
  expect(text).not.toMatch(/<(script|img)/);
  expect(text.startsWith('# Overheads and other figures over time\n')).toBe(true);
  expect(render('markdown', alone).startsWith('# Figures over time\n')).toBe(true);
  expect(render('markdown', history).startsWith('# Overhead against native over time\n')).toBe(true);
});

test('json has the series of every metric, with unit, direction and basis', () => {
  const { classes } = JSON.parse(render('json', both));
  expect(classes[0].metrics).toMatchObject([
    { suite: 'boot', metric: 'ready', better: 'lower', stretches: [{ unit: 'ns', basis: 'absolute' }] },
    { suite: 'consolidation', metric: 'knee', better: 'higher', stretches: [{ unit: 'count' }] },
    {
      suite: 'density',
      metric: 'memory',
      stretches: [{ cut: null }, { cut: expect.stringContaining('vt-x') }],
    },
    { suite: 'privileged', metric: 'time', stretches: [{ unit: 'ratio', basis: 'native' }] },
  ]);
});

describe('csv', () => {
  const [head = [], ...lines] = render('csv', both)
    .trimEnd()
    .split('\n')
    .map((line) => line.split(','));
  const of = (suite: string, ...names: string[]) =>
    lines
      .filter((line) => line[head.indexOf('suite')] === suite)
      .map((line) => names.map((name) => line[head.indexOf(name)]));

  test('has a line for each metric and result, behind those of workloads', () => {
    expect(lines).toHaveLength(5 * 24);
    expect(of('cpu', 'workload', 'metric', 'unit', 'value')[0]).toEqual(['integer', '', '', '']);
    expect(
      of('consolidation', 'workload', 'metric', 'unit', 'better', 'basis', 'value', 'overhead')[0],
    ).toEqual([...['green/3', 'knee', 'count', 'higher', 'absolute', '16', '']]);
  });

  test('has levels in the unit, changes as fractions, and stretches', () => {
    const knees = of('consolidation', 'level', 'change');
    expect(knees.map(([level]) => Math.round(Number(level)))).toEqual([
      ...Array(12).fill(16),
      ...Array(12).fill(9),
    ]);
    expect(knees.flatMap(([, change]) => (change ? [Number(change)] : []))).toEqual([
      expect.closeTo(9 / 16 - 1, 6),
    ]);
    expect(of('density', 'stretch').flat()).toEqual([...Array(8).fill('1'), ...Array(16).fill('2')]);
  });
});

describe('the picture', () => {
  test('has a panel for each metric, whose marks tell worse from better by its direction', () => {
    const { shown } = panelsOf(both);
    expect(shown.map(({ name, latest, marks }) => [name, latest, marks.map(({ kind }) => kind)])).toEqual([
      ['cpu/integer, kvm (x86_64)', expect.stringMatching(/^\+\d+\.\d % \[/), []],
      ['boot/green/3 cups, kvm (x86_64): ready', expect.stringMatching(/^13\d ms$/), ['worse']],
      ['consolidation/green/3 cups, kvm (x86_64): knee', '9', ['worse']],
      ['density/black, kvm (x86_64): memory', '28.6 MiB', ['cut']],
      ['privileged/green/3 cups, kvm (x86_64): time', '20.0x', []],
    ]);
  });

  test.each([
    ['boot', / ms$/],
    ['consolidation', /^\d+$/],
    ['density', / MiB$/],
    ['privileged', /^\d+\.\dx$/],
  ])('the axis of %s is in its unit', (suite, label) => {
    const panel = panelsOf(both).shown.find(({ name }) => name.startsWith(suite));
    const ticks = panel?.ticks ?? [];
    expect(ticks.length).toBeGreaterThanOrEqual(2);
    expect(ticks.length).toBeLessThanOrEqual(5);
    for (const tick of atLeastOne(ticks)) expect(tick.label).toMatch(label);
    expect(new Set(ticks.map((tick) => tick.label)).size).toBe(ticks.length);
  });

  test.each([
    ['both kinds', both, 5],
    ['metrics alone', alone, 4],
    ['hostile names', hostile, 6],
  ])('is drawn: %s', async (_, drawn, panels) => {
    const { width, height } = await loadImage(renderChart(drawn));
    expect([width, height]).toEqual([2400, 2 * (190 + panels * 118)]);
  });

  test('a figure that stays 0 has an axis', () => {
    const none = days(false, ([, knee]) => [
      { ...(knee as Row), metrics: { knee: bare(0, { title: 'knee', unit: 'count', better: 'higher' }) } },
    ]);
    const [panel] = panelsOf(none).shown;
    expect(panel?.ticks.length).toBeGreaterThanOrEqual(2);
    expect(panel?.min).toBeLessThan(0);
  });
});
