/** overhead.png: each workload's overhead under each hypervisor, with its interval and the claimed band. */
import type { ChartComponentLike, ChartConfiguration } from 'chart.js';
import { groupBy } from '../../core/group-by.ts';
import type { Chart, Intervals } from '../../core/model/chart.ts';
import { clip, NOT_PRECISE } from '../../core/present/format.ts';
import { CONTROL } from '../view.ts';
import {
  annotationsOf,
  BAND_LINE,
  HEADING_NOTE_LENGTH,
  type Line,
  lineScale,
  overheadScale,
  type RunOrigin,
  roomFor,
  sizeOf,
  titlesOf,
} from './layout.ts';
import { fitInto } from './limit.ts';
import {
  type OverheadModel,
  type OverheadPanel,
  type OverheadPoint,
  overheadModel,
  WORKLOAD_LABEL_LENGTH,
} from './model.ts';
import type { Ink } from './palette.ts';
import { renderPng } from './render.ts';

/** Distance between the points of two hypervisors on one line, in lines: however many there are, they stay on it. */
function spreadOf(hypervisors: number): number {
  return Math.min(0.28, 0.84 / hypervisors);
}

function linesOf({ panels }: OverheadModel): Line[] {
  return [
    BAND_LINE,
    ...panels.flatMap(({ name, labels, means, shortMeans, missing }) => [
      { label: name, heading: true, note: means.length > HEADING_NOTE_LENGTH ? shortMeans : means },
      ...labels.map((label, row) => ({
        label,
        heading: false,
        note: missing.find((one) => one.row === row)?.text ?? '',
      })),
    ]),
  ];
}

/** Beyond this share of the axis a value stands to the left of its point, so as not to be cut off. */
const LABELS_LEFT_FROM = 0.9;

type Placed = OverheadPoint & { readonly hypervisor: string; readonly ink: Ink; readonly y: number };

/** Every point on its line; the first line is for the bands, and each panel begins with its heading. */
function placed(panels: readonly OverheadPanel[]): Placed[] {
  let first = 2;
  return panels.flatMap(({ labels, series }) => {
    const points = series.flatMap(({ hypervisor, ink, points }, index) => {
      const offset = (index - (series.length - 1) / 2) * spreadOf(series.length);
      return points.map((point) => ({ ...point, hypervisor, ink, y: first + point.row + offset }));
    });
    first += labels.length + 1;
    return points;
  });
}

/** Values in words, where a panel has a single guest and so room for them. */
function valueLabels({ panels, axis }: OverheadModel) {
  const crowded = (series: OverheadPanel['series']) =>
    series.filter(({ hypervisor }) => hypervisor !== CONTROL).length > 1;
  const shown = placed(panels.map((panel) => (crowded(panel.series) ? { ...panel, series: [] } : panel)));
  return shown
    .filter(({ hypervisor, value }) => hypervisor !== CONTROL && value !== NOT_PRECISE)
    .map(({ x, xMin, xMax, y, value, ink }) => {
      const left = (x - axis.min) / (axis.max - axis.min) > LABELS_LEFT_FROM;
      return {
        type: 'label' as const,
        ...{ xValue: left ? xMin : xMax, yValue: y, xAdjust: left ? -8 : 8, content: value },
        ...{ color: ink.light, font: { size: 11 }, padding: 0 },
        position: { x: left ? 'end' : 'start', y: 'center' } as const,
      };
    });
}

function datasetsOf({ panels }: OverheadModel) {
  const byHypervisor = groupBy(placed(panels), ({ hypervisor }) => hypervisor);
  const inks = new Map(
    panels.flatMap(({ series }) => series.map(({ hypervisor, ink }) => [hypervisor, ink])),
  );
  return [...inks].map(([hypervisor, { light, shape }]) => ({
    label:
      hypervisor === CONTROL
        ? `${CONTROL} (native once more: the noise)`
        : clip(hypervisor, WORKLOAD_LABEL_LENGTH),
    data: (byHypervisor.get(hypervisor) ?? []).map(({ x, xMin, xMax, y }) => ({ x, xMin, xMax, y })),
    ...{ pointStyle: shape, pointRadius: 5, borderColor: light, backgroundColor: light, borderWidth: 2 },
    ...{ errorBarColor: light, errorBarWhiskerColor: light, errorBarLineWidth: 2, errorBarWhiskerSize: 8 },
  }));
}

/** The most hypervisors that one line shows. */
function marksOf({ panels }: OverheadModel): number {
  return Math.max(1, ...panels.map(({ series }) => series.length));
}

/** The PNG. */
export function overheadPng({ title, legend }: Chart, drawing: Intervals, run: RunOrigin): Buffer {
  const { groups, note } = fitInto(drawing.groups, roomFor(drawing.hypervisors.length), drawing.all);
  const model = overheadModel({ ...drawing, groups });
  const lines = linesOf(model);
  const configuration = {
    type: 'scatterWithErrorBars',
    data: { datasets: datasetsOf(model) },
    options: {
      layout: { padding: { left: 16, right: 24, top: 10, bottom: 10 } },
      scales: {
        x: overheadScale(
          model.axis,
          'overhead: guest time ÷ native time − 1, with its 95 % CI; 4x is four times native (scale stretched near 0)',
        ),
        y: lineScale(lines),
      },
      plugins: {
        ...titlesOf(run, title, [legend, note].filter(Boolean).join(' ')),
        legend: { labels: { usePointStyle: true, padding: 18 } },
        annotation: {
          clip: false,
          annotations: [...annotationsOf(lines, model.axis, model.bands), ...valueLabels(model)],
        },
      },
    },
  };
  return renderPng(configuration as unknown as ChartConfiguration, sizeOf(lines, marksOf(model)), (load) => {
    const { ScatterWithErrorBarsController, PointWithErrorBar } = load('chartjs-chart-error-bars');
    return [ScatterWithErrorBarsController, PointWithErrorBar] as ChartComponentLike[];
  });
}
