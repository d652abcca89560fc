/** distribution.png: every round against the median of native, as box plots: how noisy the run was. */
import type { ChartComponentLike, ChartConfiguration } from 'chart.js';
import { quantileSorted } from 'simple-statistics';
import type { Chart, RoundGroup, Rounds } from '../../core/model/chart.ts';
import { clip } from '../../core/present/format.ts';
import { axisOf, bandsOf, position } from './axis.ts';
import {
  annotationsOf,
  BAND_LINE,
  type Line,
  overheadScale,
  type RunOrigin,
  roomFor,
  sizeOf,
  titlesOf,
} from './layout.ts';
import { fitInto } from './limit.ts';
import { WORKLOAD_LABEL_LENGTH } from './model.ts';
import { inksOf } from './palette.ts';
import { renderPng } from './render.ts';

/** Whiskers reach to the last round within this many interquartile ranges (Tukey 1977, "Exploratory Data Analysis"). */
const WHISKER_RANGES = 1.5;

/** Statistics of the rounds themselves, then placed on the axis: the axis must not decide what is an outlier. */
function boxOf(rounds: readonly number[]) {
  if (rounds.length === 0) return null;
  const sorted = [...new Float64Array(rounds).sort()];
  const [q1, middle, q3] = [0.25, 0.5, 0.75].map((share) => quantileSorted(sorted, share)) as [
    number,
    number,
    number,
  ];
  const reach = (q3 - q1) * WHISKER_RANGES;
  const within = sorted.filter((value) => value >= q1 - reach && value <= q3 + reach);
  const outliers = sorted.filter((value) => value < q1 - reach || value > q3 + reach);
  const ends = [sorted[0] as number, sorted.at(-1) as number] as const;
  return {
    /** As overheads; the others are positions on the axis. */
    ends,
    min: position(ends[0]),
    max: position(ends[1]),
    q1: position(q1),
    median: position(middle),
    q3: position(q3),
    whiskerMin: position(within[0] ?? q1),
    whiskerMax: position(within.at(-1) ?? q3),
    mean: position(middle),
    items: [],
    outliers: apart(outliers.map(position)),
  };
}

/** Dots that are nearer to one another than this on the axis are one in the picture: less than a pixel. */
const SAME_DOT = 0.004;

/** Of ascending positions, those that can be told apart: a million rounds may have ten thousand outliers. */
function apart(positions: readonly number[]): number[] {
  let last = Number.NEGATIVE_INFINITY;
  return positions.filter((value) => {
    if (value - last < SAME_DOT) return false;
    last = value;
    return true;
  });
}

function linesOf(groups: readonly RoundGroup[]): Line[] {
  return [
    BAND_LINE,
    ...groups.flatMap(({ name, rows }) => [
      { label: name, heading: true, note: '' },
      ...rows.map(({ label }) => ({ label: clip(label, WORKLOAD_LABEL_LENGTH), heading: false, note: '' })),
    ]),
  ];
}

/** For each line of the chart the box of one hypervisor. */
function columnOf(hypervisor: number, groups: readonly RoundGroup[]) {
  return [
    null,
    ...groups.flatMap(({ rows }) => [null, ...rows.map(({ rounds }) => boxOf(rounds[hypervisor]?.() ?? []))]),
  ];
}

/** The PNG. */
export function distributionPng({ title, legend }: Chart, drawing: Rounds, run: RunOrigin): Buffer {
  const { hypervisors } = drawing;
  const { groups, note } = fitInto(drawing.groups, roomFor(), drawing.all);
  const lines = linesOf(groups);
  const inks = inksOf(hypervisors);
  const columns = hypervisors.map((hypervisor, index) => ({ hypervisor, boxes: columnOf(index, groups) }));
  const axis = axisOf(columns.flatMap(({ boxes }) => boxes.flatMap((box) => box?.ends ?? [])));
  const configuration = {
    type: 'boxplot',
    data: {
      labels: lines.map(({ label }) => label),
      datasets: columns.map(({ hypervisor, boxes }) => {
        const colour = inks.get(hypervisor)?.light;
        return {
          label: clip(hypervisor, WORKLOAD_LABEL_LENGTH),
          data: boxes,
          ...{ borderColor: colour, backgroundColor: `${colour}55`, medianColor: colour, borderWidth: 1.5 },
          ...{ meanRadius: 0, itemRadius: 0, outlierRadius: 2, outlierBackgroundColor: colour },
        };
      }),
    },
    options: {
      indexAxis: 'y',
      datasets: { boxplot: { skipNull: true, categoryPercentage: 0.8, barPercentage: 0.9 } },
      layout: { padding: { left: 16, right: 24, top: 10, bottom: 10 } },
      scales: {
        x: overheadScale(axis, 'each round against the median native round (scale stretched near 0)'),
        y: {
          type: 'category',
          ticks: {
            autoSkip: false,
            font: ({ index }: { index: number }) => ({ weight: lines[index]?.heading ? 'bold' : 'normal' }),
          },
          grid: { display: false },
        },
      },
      plugins: {
        ...titlesOf(run, title, `${legend} ${note}`),
        annotation: { clip: false, annotations: annotationsOf(lines, axis, bandsOf(drawing)) },
      },
    },
  };
  return renderPng(configuration as unknown as ChartConfiguration, sizeOf(lines), (load) => {
    const { BoxPlotController, BoxAndWiskers } = load('@sgratzl/chartjs-chart-boxplot');
    return [BoxPlotController, BoxAndWiskers] as ChartComponentLike[];
  });
}
