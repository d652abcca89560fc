/** A history as PNG: one small panel for each row or metric, all above the same axis of time. */
import type { ChartComponentLike, ChartConfiguration } from 'chart.js';
import { clip, count, plainDeep } from '../../core/present/format.ts';
import { WIDTH } from '../charts/layout.ts';
import { type Ink, inksOf } from '../charts/palette.ts';
import { renderPng } from '../charts/render.ts';
import { wrap } from '../wrap.ts';
import {
  type HistoryPanel,
  type HistoryPanels,
  MOST_PANELS,
  panelsOf,
  type TimeAxis,
  timeAxis,
} from './panels.ts';
import { type ClassHistory, seriesOf, summary, titleOf } from './view.ts';

const PANEL_HEIGHT = 118;
/** Title, explanation and dates. */
const MARGINS = 190;
/** The characters of a subtitle that fit on one line. */
const LINE_LENGTH = 140;
/** The longest name of a row that stays clear of the other end of its panel. */
const NAME_LENGTH = 90;
/** Share of the axis that a mark's text takes: with less to its right it stands on the left. */
const TEXT_ROOM = 0.08;

const MUTED = '#555555';
const [BAD, GOOD] = ['#b00020', '#006b45'];
const MARK_INK = { slower: BAD, worse: BAD, faster: GOOD, better: GOOD, cut: '#767676' } as const;

/** Room for the longest figure on an axis. */
const AXIS_WIDTH = 84;

const scaleId = (index: number) => `y${index}`;

function figureScale({ min, max, ticks }: HistoryPanel) {
  return {
    type: 'linear' as const,
    ...{ stack: 'rows', stackWeight: 1, position: 'left' as const, min, max },
    afterBuildTicks: (scale: { ticks: unknown[] }) => {
      scale.ticks = ticks.map(({ value }) => ({ value }));
    },
    // Panels that are stacked get the width of one of them, and cut off what is wider.
    afterFit: (scale: { width: number }) => {
      scale.width = AXIS_WIDTH;
    },
    ticks: { autoSkip: false, callback: (_: unknown, index: number) => ticks[index]?.label ?? '' },
    grid: { color: '#e4e4e4' },
    border: { display: false },
  };
}

function dateScale({ min, max, ticks }: TimeAxis) {
  return {
    type: 'linear' as const,
    ...{ min, max },
    afterBuildTicks: (scale: { ticks: unknown[] }) => {
      scale.ticks = ticks.map(({ value }) => ({ value }));
    },
    ticks: {
      autoSkip: false,
      maxRotation: 0,
      callback: (_: unknown, index: number) => ticks[index]?.label ?? '',
    },
    grid: { color: '#eeeeee' },
  };
}

function datasetOf({ points }: HistoryPanel, index: number, { light, shape }: Ink) {
  return {
    yAxisID: scaleId(index),
    data: points.map(({ at, estimate, low, high }) => ({ x: at, y: estimate, yMin: low, yMax: high })),
    ...{ pointStyle: shape, pointRadius: 3.5, borderColor: light, backgroundColor: light, borderWidth: 1.5 },
    ...{ errorBarColor: light, errorBarWhiskerColor: light, errorBarLineWidth: 1, errorBarWhiskerSize: 4 },
  };
}

/** A strip with the row's name, its levels, and a vertical line with its size for each change. */
function annotationsOf(panel: HistoryPanel, index: number, axis: TimeAxis, { light }: Ink) {
  const scales = { xScaleID: 'x', yScaleID: scaleId(index) };
  const { min, max, top } = panel;
  const strip = max - (max - min) * 0.2;
  return [
    {
      type: 'box' as const,
      ...{ ...scales, drawTime: 'beforeDatasetsDraw' as const },
      ...{ yMin: strip, yMax: max, backgroundColor: 'rgba(90, 110, 140, 0.13)', borderWidth: 0 },
    },
    {
      type: 'label' as const,
      ...scales,
      ...{ xValue: axis.min, yValue: (strip + max) / 2, xAdjust: 6, content: clip(panel.name, NAME_LENGTH) },
      ...{ font: { size: 13, weight: 'bold' as const }, padding: 0 },
      position: { x: 'start', y: 'center' } as const,
    },
    {
      type: 'label' as const,
      ...scales,
      ...{ xValue: axis.max, yValue: (strip + max) / 2, xAdjust: -6, content: `latest ${panel.latest}` },
      ...{ font: { size: 12 }, color: MUTED, padding: 0 },
      position: { x: 'end', y: 'center' } as const,
    },
    ...panel.levels.map(({ from, to, level, end }) => ({
      type: 'line' as const,
      ...scales,
      ...{ xMin: from, xMax: to, yMin: level, yMax: end, borderColor: `${light}88`, borderWidth: 5 },
      drawTime: 'beforeDatasetsDraw' as const,
    })),
    ...panel.marks.flatMap(({ at, text, kind }, place) => {
      const next = panel.marks[place + 1]?.at ?? axis.max;
      const left = (next - at) / (axis.max - axis.min) < TEXT_ROOM;
      const colour = MARK_INK[kind];
      return [
        {
          type: 'line' as const,
          ...{ ...scales, xMin: at, xMax: at, yMin: min, yMax: strip, borderColor: colour },
          ...{ borderWidth: kind === 'cut' ? 1.5 : 2, borderDash: kind === 'cut' ? [2, 4] : [7, 4] },
        },
        {
          type: 'label' as const,
          ...{
            ...scales,
            xValue: at,
            yValue: (strip + top) / 2,
            xAdjust: left ? -6 : 6,
            content: text,
            color: colour,
          },
          ...{
            font: { size: kind === 'cut' ? 12 : 14, weight: kind === 'cut' ? 'normal' : 'bold' } as const,
          },
          ...{ padding: 1, backgroundColor: 'rgba(255, 255, 255, 0.8)' },
          position: { x: left ? 'end' : 'start', y: 'center' } as const,
        },
      ];
    }),
  ];
}

function leftText({ shown, left }: HistoryPanels, { metrics }: ClassHistory): string {
  if (left.rows === 0) return '';
  const one = metrics.length > 0 ? 'figure' : 'row';
  const changed = left.changed === 0 ? 'none of which changed' : `${left.changed} of which changed`;
  return `${shown.length} ${one}s are shown, those that changed first; ${count(left.rows, one)} left out, ${changed}.`;
}

function subtitleOf(history: ClassHistory, panels: HistoryPanels): string[] {
  const host = clip(history.hostClass.facts[0]?.[1] ?? '', 90);
  const kinds = new Set(panels.shown.flatMap(({ marks }) => marks.map(({ kind }) => kind)));
  const words = [
    ...(kinds.has('slower') || kinds.has('faster') ? ['guest time changed: + slower, - faster'] : []),
    ...(kinds.has('worse') || kinds.has('better') ? ['a metric became worse (red) or better (green)'] : []),
  ];
  return [
    `${host}: ${summary(history)}`,
    `Each mark is one result with its 95 % CI; pale bars are levels.${
      words.length > 0 ? ` Dashed: ${words.join('; ')}.` : ''
    }`,
    kinds.has('cut') ? 'Dotted: another thing is measured from here on; the two sides are not compared.' : '',
    leftText(panels, history),
  ]
    .filter(Boolean)
    .flatMap((text) => wrap(text, LINE_LENGTH));
}

/** The PNG of one host class; at most {@link MOST_PANELS} rows of it are drawn, and the picture says so. */
export function renderChart(raw: ClassHistory): Buffer {
  const history = plainDeep(raw);
  const panels = panelsOf(history);
  const { shown } = panels;
  const inks = inksOf([...new Set(seriesOf(history).map(({ hypervisor }) => hypervisor))].sort());
  const inkOf = ({ hypervisor }: HistoryPanel) => inks.get(hypervisor) as Ink;
  const axis = timeAxis(shown);
  const subtitle = subtitleOf(history, panels);
  const configuration = {
    type: 'scatterWithErrorBars',
    data: { datasets: shown.map((panel, index) => datasetOf(panel, index, inkOf(panel))) },
    options: {
      layout: { padding: { left: 16, right: 24, top: 10, bottom: 10 } },
      scales: {
        x: dateScale(axis),
        // Chart.js stacks from below.
        ...Object.fromEntries(
          shown.map((panel, index) => [scaleId(index), figureScale(panel)] as const).reverse(),
        ),
      },
      plugins: {
        title: {
          display: true,
          text: titleOf([history]),
          ...{ font: { size: 20, weight: 'bold' }, padding: { bottom: 4 } },
        },
        subtitle: { display: true, text: subtitle, color: MUTED, font: { size: 13 }, padding: { bottom: 8 } },
        legend: { display: false },
        annotation: {
          clip: false,
          annotations: shown.flatMap((panel, index) => annotationsOf(panel, index, axis, inkOf(panel))),
        },
      },
    },
  };
  const size = { width: WIDTH, height: MARGINS + shown.length * PANEL_HEIGHT };
  return renderPng(configuration as unknown as ChartConfiguration, size, (load) => {
    const { ScatterWithErrorBarsController, PointWithErrorBar } = load('chartjs-chart-error-bars');
    return [ScatterWithErrorBarsController, PointWithErrorBar] as ChartComponentLike[];
  });
}
