/** boot.png: how long each machine takes to boot, as bars of stretches; the slow ones on an axis of their own. */
import type { ChartComponentLike, ChartConfiguration } from 'chart.js';
import type { BootResult, Result } from '../../core/results/schema.ts';
import { lineScale, MOST_HEIGHT, titlesOf, WIDTH } from '../charts/layout.ts';
import { renderPng } from '../charts/render.ts';
import { duration, plainDeep } from '../format.ts';
import { bootRows, NS_PER_MS, readyMs } from './rows.ts';
import { STRETCHES, segmentsOf, splitAt } from './segments.ts';

const ROW_HEIGHT = 21;
const BAR_HEIGHT = 15;
const MARGINS = 260;
const MOST_LINES = Math.floor((MOST_HEIGHT - MARGINS) / ROW_HEIGHT);
/** Opacity of bars from a cold cache. */
const PALE = '90';
/** The room at the end of an axis for the words beside the longest bar. */
const ROOM = 1.22;

interface ChartLine {
  readonly label: string;
  readonly heading: boolean;
  readonly note: string;
  readonly row?: BootResult;
  readonly axis: 'fast' | 'slow';
}

function linesOf(result: Result): ChartLine[] {
  const rows = bootRows(result);
  const split = splitAt(rows.map(({ warm }) => readyMs(warm) ?? 0));
  return (['fast', 'slow'] as const).flatMap((axis) => {
    const own = axis === 'fast' ? rows.slice(0, split) : rows.slice(split);
    if (own.length === 0) return [];
    const slowest = Math.max(...own.map(({ warm }) => readyMs(warm) ?? 0));
    const label =
      split === rows.length ? 'all machines' : axis === 'fast' ? 'the fast ones' : 'the slow ones';
    const scale = axis === 'fast' && split < rows.length ? 'scale above, ms' : 'scale below, ms';
    return [
      { label, heading: true, note: `until ready: up to ${duration(slowest * NS_PER_MS)} (${scale})`, axis },
      ...own.flatMap(({ name, warm, cold }): ChartLine[] => [
        { label: name, heading: false, note: '', row: warm, axis },
        ...(cold && cold.launches > 0 ? [{ label: 'cold', heading: false, note: '', row: cold, axis }] : []),
      ]),
    ];
  });
}

function labelOf(row: BootResult): string {
  const ms = readyMs(row) ?? 0;
  const interval = row.milestonesMs.ready;
  const half = interval ? (interval.high - interval.low) / 2 / interval.estimate : null;
  const spread =
    half === null
      ? ' (1 launch)'
      : half > 1
        ? ' ±>100 %'
        : half >= 0.05
          ? ` ±${(half * 100).toFixed(0)} %`
          : '';
  return `${duration(ms * NS_PER_MS)}${spread}`;
}

function axisOf(lines: readonly ChartLine[], axis: ChartLine['axis'], alone: boolean) {
  const slowest = Math.max(
    0,
    ...lines.flatMap((line) => (line.axis === axis && line.row ? [readyMs(line.row) ?? 0] : [])),
  );
  return {
    type: 'linear' as const,
    position: axis === 'fast' && !alone ? 'top' : 'bottom',
    min: 0,
    max: slowest * ROOM,
    title: {
      display: true,
      text: `milliseconds from the start of the process${alone ? '' : `, the ${axis} ones`}`,
    },
    ticks: { includeBounds: false },
    grid: { display: false },
  };
}

/** The PNG; null where no boot was measured. */
export function bootPng(raw: Result): Buffer | null {
  const result = plainDeep(raw);
  const all = linesOf(result);
  if (all.length === 0) return null;
  const lines = all.slice(0, MOST_LINES);
  const note =
    lines.length < all.length ? ` There is room for ${lines.length} lines: all are in boot.csv.` : '';
  const axes = [...new Set(lines.map(({ axis }) => axis))];
  const datasets = axes.flatMap((axis) =>
    STRETCHES.map(({ name, title, colour }) => {
      const bars = lines.flatMap(({ row, axis: own }, y) =>
        row && own === axis
          ? segmentsOf(row)
              .filter(({ stretch }) => stretch === name)
              .map(({ from, to }) => ({ x: [from, to], y, pale: row.cache === 'cold' }))
          : [],
      );
      return {
        label: title,
        xAxisID: axis,
        data: bars,
        ...{
          backgroundColor: bars.map(({ pale }) => (pale ? `${colour}${PALE}` : colour)),
          grouped: false,
          barThickness: BAR_HEIGHT,
          minBarLength: 1,
        },
      };
    }),
  );
  const configuration = {
    type: 'bar',
    data: { datasets },
    options: {
      indexAxis: 'y',
      layout: { padding: { left: 16, right: 24, top: 10, bottom: 10 } },
      scales: {
        ...Object.fromEntries(axes.map((axis) => [axis, axisOf(lines, axis, axes.length === 1)])),
        y: lineScale(lines),
      },
      plugins: {
        ...titlesOf(
          result,
          'How long a machine takes to boot',
          'Each bar runs from the start of the process to the first answer (with half its 95 % interval where that is 5 % or more). ' +
            'Below each: the same with its files dropped from the page cache before. Bare: no operating system; minimal: Linux and one program; full: a whole base system beside it.' +
            note,
        ),
        legend: {
          position: 'top',
          labels: {
            padding: 12,
            // Both axes have the same stretches, and not every stretch has a bar.
            generateLabels: () =>
              STRETCHES.map(({ title, colour }) => ({ text: title, fillStyle: colour, lineWidth: 0 })),
          },
        },
        annotation: { clip: false, annotations: annotationsOf(lines) },
      },
    },
  };
  const height = MARGINS + lines.length * ROW_HEIGHT;
  return renderPng(configuration as unknown as ChartConfiguration, { width: WIDTH, height }, (load) => {
    const { BarController, BarElement } = load('chart.js');
    return [BarController, BarElement] as ChartComponentLike[];
  });
}

/** A strip under each heading with its note, and the time at the end of each bar. */
function annotationsOf(lines: readonly ChartLine[]): object[] {
  return lines.flatMap(({ heading, note, row, axis }, index): object[] => {
    if (row)
      return [
        {
          type: 'label' as const,
          ...{ xScaleID: axis, yScaleID: 'y', xValue: readyMs(row) ?? 0, yValue: index },
          ...{ xAdjust: 6, content: labelOf(row), font: { size: 11 }, padding: 0 },
          color: row.cache === 'cold' ? '#666666' : '#222222',
          position: { x: 'start', y: 'center' } as const,
        },
      ];
    if (!heading) return [];
    return [
      {
        type: 'box' as const,
        ...{ yScaleID: 'y', yMin: index - 0.42, yMax: index + 0.42 },
        ...{ backgroundColor: 'rgba(90, 110, 140, 0.13)', borderWidth: 0 },
        label: {
          display: true,
          content: note,
          position: { x: 'end', y: 'center' },
          ...{ color: '#222222', font: { size: 12, weight: 'normal' } },
        },
      },
    ];
  });
}
