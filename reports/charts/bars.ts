/** Bars below one another, each cut into parts; those too long for the scale of the others on a scale of their own. */
import type { ChartComponentLike, ChartConfiguration } from 'chart.js';
import type { Bar, Bars, Chart } from '../../core/model/chart.ts';
import { HEADING_STRIP, lineScale, MOST_HEIGHT, type RunOrigin, titlesOf, WIDTH } from './layout.ts';
import { renderPng } from './render.ts';

const ROW_HEIGHT = 21;
const BAR_HEIGHT = 15;
const MARGINS = 260;
const MOST_LINES = Math.floor((MOST_HEIGHT - MARGINS) / ROW_HEIGHT);
/** Opacity of pale bars. */
const PALE = '90';
/** The room at the end of an axis for the words beside the longest bar. */
const ROOM = 1.22;

interface Line {
  readonly label: string;
  readonly heading: boolean;
  readonly note: string;
  readonly bar?: Bar;
  /** The group. */
  readonly group: number;
}

function linesOf({ groups }: Bars): Line[] {
  return groups.flatMap(({ title, note, bars }, group) => [
    { label: title, heading: true, note, group },
    ...bars.map((bar) => ({ label: bar.label, heading: false, note: '', bar, group })),
  ]);
}

const scaleId = (group: number) => `x${group}`;

function axisOf({ axis, groups }: Bars, lines: readonly Line[], group: number, alone: boolean) {
  const longest = Math.max(
    0,
    ...lines.flatMap(({ bar, group: own }) => (own === group && bar ? [bar.end] : [])),
  );
  return {
    type: 'linear' as const,
    position: group === 0 && !alone ? 'top' : 'bottom',
    min: 0,
    max: longest * ROOM,
    title: { display: true, text: alone ? axis : `${axis}, ${groups[group]?.title}` },
    ticks: { includeBounds: false },
    grid: { display: false },
  };
}

/** The parts of one kind on one axis. */
function datasetOf(
  { title, colour }: Bars['parts'][number],
  part: number,
  lines: readonly Line[],
  group: number,
) {
  const bars = lines.flatMap(({ bar, group: own }, y) =>
    bar && own === group
      ? bar.cuts
          .filter((cut) => cut.part === part)
          .map(({ from, to }) => ({ x: [from, to], y, pale: bar.pale }))
      : [],
  );
  return {
    label: title,
    xAxisID: scaleId(group),
    data: bars,
    ...{
      backgroundColor: bars.map(({ pale }) => (pale ? `${colour}${PALE}` : colour)),
      grouped: false,
      barThickness: BAR_HEIGHT,
      minBarLength: 1,
    },
  };
}

/** A strip under each heading with its note, and the words at the end of each bar. */
function annotationsOf(lines: readonly Line[]): object[] {
  return lines.flatMap(({ heading, note, bar, group }, index): object[] => {
    if (bar)
      return [
        {
          type: 'label' as const,
          ...{ xScaleID: scaleId(group), yScaleID: 'y', xValue: bar.end, yValue: index },
          ...{ xAdjust: 6, content: bar.text, font: { size: 11 }, padding: 0 },
          color: bar.pale ? '#666666' : '#222222',
          position: { x: 'start', y: 'center' } as const,
        },
      ];
    if (!heading) return [];
    return [
      {
        type: 'box' as const,
        ...{ yScaleID: 'y', yMin: index - 0.42, yMax: index + 0.42 },
        ...{ backgroundColor: HEADING_STRIP, borderWidth: 0 },
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

/** The PNG. */
export function barsPng({ title, legend }: Chart, drawing: Bars, run: RunOrigin): Buffer {
  const all = linesOf(drawing);
  const lines = all.slice(0, MOST_LINES);
  const note =
    lines.length < all.length ? ` There is room for ${lines.length} lines: all are in ${drawing.all}.` : '';
  const groups = [...new Set(lines.map(({ group }) => group))];
  const configuration = {
    type: 'bar',
    data: {
      datasets: groups.flatMap((group) =>
        drawing.parts.map((part, index) => datasetOf(part, index, lines, group)),
      ),
    },
    options: {
      indexAxis: 'y',
      layout: { padding: { left: 16, right: 24, top: 10, bottom: 10 } },
      scales: {
        ...Object.fromEntries(
          groups.map((group) => [scaleId(group), axisOf(drawing, lines, group, groups.length === 1)]),
        ),
        y: lineScale(lines),
      },
      plugins: {
        ...titlesOf(run, title, `${legend}${note}`),
        legend: {
          position: 'top',
          labels: {
            padding: 12,
            // All axes have the same parts, and not every part has a bar.
            generateLabels: () =>
              drawing.parts.map(({ title: text, colour }) => ({ text, fillStyle: colour, lineWidth: 0 })),
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
