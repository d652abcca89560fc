/** Lines over one horizontal scale, in panels below one another. */
import type { ChartComponentLike, ChartConfiguration } from 'chart.js';
import type { Chart, Panel, Panels, Point, Scale, Series } from '../../core/model/chart.ts';
import { NATIVE } from '../view.ts';
import { type RunOrigin, titlesOf, WIDTH } from './layout.ts';
import { type Ink, inksOf } from './palette.ts';
import { HEADROOM, levelsOf, notesOf, ringsOf, scaleId } from './panel-notes.ts';
import { renderPng } from './render.ts';

/** Heights are of a panel, and of what all need besides: title, legend and the horizontal scale. */
const USUAL = { panel: 215, margins: 230, axis: 76, right: 24, radius: 5, grid: ['#eeeeee', '#e4e4e4'] };
/** A panel has this height for each of its weight. */
const ROOMY = { panel: 126, margins: 230, axis: 92, right: 40, radius: 6, grid: ['#e0e0e0', '#e0e0e0'] };

/** A second line of native, which is dashed: a legend shows no dashes. */
const OTHER_NATIVE = '#8c8c8c';

function inksOfSeries(series: readonly Series[]): Ink[] {
  const inks = inksOf([...new Set(series.map(({ hypervisor }) => hypervisor))]);
  return series.map(({ hypervisor, dashed }) => {
    const ink = inks.get(hypervisor) as Ink;
    return dashed && hypervisor === NATIVE ? { ...ink, light: OTHER_NATIVE } : ink;
  });
}

/** As a Chart.js scale, with `max` instead of its own. */
function axisOf({ title, min, ticks }: Scale, max: number, grid: string | undefined) {
  return {
    type: 'logarithmic' as const,
    ...{ min, max },
    title: { display: true, text: title },
    afterBuildTicks: (scale: { ticks: unknown[] }) => {
      scale.ticks = ticks.map(({ value }) => ({ value }));
    },
    ticks: {
      ...{ autoSkip: false, maxRotation: 0 },
      callback: (_: unknown, index: number) => ticks[index]?.label ?? '',
    },
    grid: { color: grid },
  };
}

/** The top of a panel's scale: a heading needs room above the points. */
function topOf({ heading, scale: { min, max } }: Panel): number {
  return heading ? min * (max / min) ** (1 / (1 - HEADROOM)) : max;
}

const hasBar = ({ low }: Point) => low !== undefined;

/** With the ends of bars that lie within the panel. */
function dataOf(panel: Panel, points: readonly Point[]) {
  const { min } = panel.scale;
  const max = topOf(panel);
  return points.map(({ x, y, low = y, high = y }) => ({
    ...{ x, y },
    ...{ yMin: Math.max(low, min), yMax: Math.min(high, max) },
  }));
}

function lookOf({ dashed }: Series, ink: Ink, radius: number) {
  return {
    ...{ showLine: true, borderDash: dashed ? [6, 4] : [] },
    ...{ borderColor: ink.light, backgroundColor: ink.light, borderWidth: 2 },
    ...{ pointStyle: ink.shape, pointRadius: radius },
    ...{ errorBarColor: ink.light, errorBarWhiskerColor: ink.light, errorBarLineWidth: 1 },
  };
}

/** A line for each series in each panel. */
function datasetsOf({ series, panels }: Panels, inks: readonly Ink[], radius: number) {
  return series.flatMap((one, number) =>
    panels.map((panel, index) => {
      const points = panel.points[number] ?? [];
      return {
        // It stands in the legend once.
        label: index === 0 ? one.label : '',
        yAxisID: scaleId(index),
        data: dataOf(panel, points),
        ...lookOf(one, inks[number] as Ink, radius),
        errorBarWhiskerSize: points.some(hasBar) ? 6 : 0,
      };
    }),
  );
}

/** The PNG. */
export function panelsPng({ title, legend }: Chart, drawing: Panels, run: RunOrigin): Buffer {
  const { panels, series, x } = drawing;
  const { panel: height, margins, axis, right, radius, grid } = drawing.roomy ? ROOMY : USUAL;
  const inks = inksOfSeries(series);
  const tops = panels.map(topOf);
  const scales = panels.map((panel, index) => ({
    ...axisOf(panel.scale, tops[index] as number, grid[1]),
    ...{ stack: 'panels', stackWeight: panel.weight, position: 'left', offset: false },
    // Panels that are stacked get the width of one of them, and cut off what is wider.
    afterFit: (scale: { width: number }) => {
      scale.width = axis;
    },
  }));
  const configuration = {
    type: panels.some(({ points }) => points.flat().some(hasBar)) ? 'scatterWithErrorBars' : 'scatter',
    data: { datasets: datasetsOf(drawing, inks, radius) },
    options: {
      layout: { padding: { left: 16, right, top: 10, bottom: 10 } },
      scales: {
        x: axisOf(x, x.max, grid[0]),
        // Stacked axes are laid out from the bottom.
        ...Object.fromEntries(
          [...scales.entries()].reverse().map(([index, scale]) => [scaleId(index), scale]),
        ),
      },
      plugins: {
        ...titlesOf(run, title, legend),
        legend: {
          labels: { usePointStyle: true, padding: 18, filter: ({ text }: { text: string }) => text !== '' },
        },
        annotation: {
          clip: false,
          annotations: [
            ...panels.flatMap((panel, index) => notesOf(panel, index, tops[index] as number, x.min)),
            ...panels.flatMap(levelsOf),
            ...panels.flatMap((panel, index) => ringsOf(panel, index, inks)),
          ],
        },
      },
    },
  };
  const weight = panels.reduce((sum, one) => sum + one.weight, 0);
  return renderPng(
    configuration as unknown as ChartConfiguration,
    { width: WIDTH, height: margins + weight * height },
    (load) => {
      const { ScatterWithErrorBarsController, PointWithErrorBar } = load('chartjs-chart-error-bars');
      return [ScatterWithErrorBarsController, PointWithErrorBar] as ChartComponentLike[];
    },
  );
}
