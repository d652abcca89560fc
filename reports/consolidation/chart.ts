/** consolidation.png: work, memory and the boot storm over the number of machines, with native beside; knees are ringed. */
import type { ChartComponentLike, ChartConfiguration } from 'chart.js';
import type { ConsolidationRow, ConsolidationStep, Demand } from '../../core/results/consolidation-schema.ts';
import type { Result } from '../../core/results/schema.ts';
import { titlesOf, WIDTH } from '../charts/layout.ts';
import { type Ink, inksOf } from '../charts/palette.ts';
import { renderPng } from '../charts/render.ts';
import { duration, percent, plainDeep } from '../format.ts';
import { NATIVE } from '../view.ts';
import { kneeText, levelAt, measuredRows, rowLabel, unitOf } from './view.ts';

const PANEL_HEIGHT = 215;
/** Title, legend and the numbers of machines. */
const MARGINS = 230;
const AXIS_WIDTH = 76;
const MIB = 1 << 20;
const OTHER_NATIVE = '#8c8c8c';

interface Panel {
  readonly title: string;
  readonly axis: string;
  readonly value: (step: ConsolidationStep, unit: number | null) => number | null;
  /** The least and the most of its windows. */
  readonly range?: (step: ConsolidationStep, unit: number | null) => readonly [number, number] | null;
  /** Whose knee it shows. */
  readonly demand?: Demand;
  /** A line across it. */
  readonly ceiling?: number | undefined;
}

function panelsOf(rows: readonly ConsolidationRow[]): Panel[] {
  const mix = rows.find((row) => row.mix)?.mix;
  const share = mix ? percent(mix.share, 0).replace('+', '') : '';
  const work =
    (demand: Demand) =>
    (step: ConsolidationStep, unit: number | null): number | null => {
      const level = levelAt(step, demand);
      return level && unit !== null && level.turnsPerSecond.median > 0
        ? level.turnsPerSecond.median / unit
        : null;
    };
  const range =
    (demand: Demand) =>
    (step: ConsolidationStep, unit: number | null): readonly [number, number] | null => {
      const turns = levelAt(step, demand)?.turnsPerSecond;
      return turns && unit !== null ? [turns.low / unit, turns.high / unit] : null;
    };
  return [
    {
      title: `Work done where each machine asks for ${share} of a CPU (a native CPU without pause = 1)`,
      ...{ axis: 'native CPUs', value: work('set'), range: range('set'), demand: 'set' },
    },
    {
      title: 'What 95 of 100 requests take at most then; dashed: the ceiling of the quality of service',
      axis: 'ms',
      value: (step) => levelAt(step, 'set')?.latencyMs.worstP95 ?? null,
      ceiling: mix?.ceilingMs,
    },
    {
      title: 'Work done where every machine works without pause (a native CPU = 1)',
      ...{ axis: 'native CPUs', value: work('flat-out'), range: range('flat-out'), demand: 'flat-out' },
    },
    {
      title: 'Memory of each machine (proportional set size)',
      axis: 'MiB',
      value: ({ memory }) => (memory ? memory.pssBytes / MIB : null),
    },
    {
      title: 'Boot storm: all launched at once, until the last is ready',
      axis: 'seconds',
      value: ({ storm }) => storm.lastMs / 1000,
    },
  ];
}

const scaleId = (index: number) => `y${index}`;

/** 0.05, 1, 200: no more digits than it takes. */
const plainNumber = (value: number) => String(Number(value.toPrecision(3)));

/** Of a panel's height: its heading, and its knees below that. */
const STRIP = 0.1;
const HEADROOM = 0.24;
const MOST_TICKS = 6;

/** 1, 2, 5, 10, … within the values' decades; powers of ten alone where these would be too many. */
function ticksOf(low: number, high: number): number[] {
  const decades = Array.from(
    { length: Math.ceil(Math.log10(high)) - Math.floor(Math.log10(low)) + 1 },
    (_, index) => 10 ** (Math.floor(Math.log10(low)) + index),
  );
  const within = (ticks: readonly number[]) =>
    ticks.filter((tick) => tick >= low / 1.01 && tick <= high * 1.01);
  const fine = within(decades.flatMap((power) => [power, 2 * power, 5 * power]));
  return fine.length <= MOST_TICKS ? fine : within(decades);
}

/** The value at a share of the panel's height, from its top. */
const fromTop = ({ min, max }: { readonly min: number; readonly max: number }, share: number) =>
  max / (max / min) ** share;

function valueScale({ axis }: Panel, values: readonly number[]) {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const low = least / 1.3;
  const high = Math.max(most * 1.3, low * 4);
  const ticks = ticksOf(low, high);
  return {
    type: 'logarithmic' as const,
    ...{
      stack: 'panels',
      stackWeight: 1,
      offset: false,
      min: low,
      max: low * (high / low) ** (1 / (1 - HEADROOM)),
    },
    title: { display: true, text: axis },
    afterBuildTicks: (scale: { ticks: unknown[] }) => {
      scale.ticks = ticks.map((value) => ({ value }));
    },
    // Panels that are stacked get the width of one of them, and cut off what is wider.
    afterFit: (scale: { width: number }) => {
      scale.width = AXIS_WIDTH;
    },
    ticks: { autoSkip: false, callback: (value: number) => plainNumber(value) },
    grid: { color: '#e4e4e4' },
  };
}

interface Line {
  readonly row: ConsolidationRow;
  readonly label: string;
  readonly ink: Ink;
  readonly unit: number | null;
  readonly dash: readonly number[];
}

function linesOf(rows: readonly ConsolidationRow[]): Line[] {
  const inks = inksOf([...new Set(rows.map(({ hypervisor }) => hypervisor))]);
  return rows.flatMap((row) => {
    const ink = inks.get(row.hypervisor);
    const other = row.isa !== rows[0]?.isa;
    const dash = other ? [6, 4] : [];
    if (!ink) return [];
    // Native comes twice where hypervisors run different ISAs; a legend shows no dashes.
    const light = other && row.hypervisor === NATIVE ? OTHER_NATIVE : ink.light;
    const [label, unit] = [rowLabel(row, rows), unitOf(row)];
    return [{ row, label, ink: { ...ink, light }, unit, dash }];
  });
}

/** A ring around the point of the knee, with its number. Rings at the same place grow, so that each is seen. */
function kneesOf(panel: Panel, index: number, lines: readonly Line[]) {
  const { demand } = panel;
  if (!demand) return [];
  const places = new Map<string, number>();
  return lines.flatMap(({ row, ink, unit }) => {
    const knee = row.knees.find((one) => one.demand === demand);
    const step = row.steps.find(({ machines }) => machines === knee?.machines);
    const value = step && panel.value(step, unit);
    if (!step || value === undefined || value === null || knee?.missedAt === null) return [];
    const place = `${step.machines} ${Math.round(Math.log2(value) * 4)}`;
    const before = places.get(place) ?? 0;
    places.set(place, before + 1);
    const colour = ink.light;
    return [
      {
        type: 'point' as const,
        ...{ xScaleID: 'x', yScaleID: scaleId(index), xValue: step.machines, yValue: value },
        ...{
          radius: 10 + 4 * before,
          borderColor: colour,
          borderWidth: 2.5,
          backgroundColor: 'rgba(0,0,0,0)',
        },
      },
    ];
  });
}

function headingsOf(
  panels: readonly Panel[],
  scales: readonly ReturnType<typeof valueScale>[],
  lines: readonly Line[],
) {
  return panels.flatMap(({ title, demand }, index) => {
    const scale = scales[index] ?? { min: 1, max: 2 };
    const knees = demand
      ? lines.map(({ row, label }) => `${label} ${kneeText(row, demand).text}`).join(', ')
      : '';
    const strip = { xScaleID: 'x', yScaleID: scaleId(index), drawTime: 'beforeDatasetsDraw' as const };
    return [
      {
        type: 'box' as const,
        ...{
          ...strip,
          yMin: fromTop(scale, STRIP),
          yMax: scale.max,
          backgroundColor: 'rgba(90, 110, 140, 0.13)',
          borderWidth: 0,
        },
      },
      {
        type: 'label' as const,
        ...{ ...strip, xValue: 0.9, yValue: fromTop(scale, STRIP / 2), xAdjust: 6, content: title },
        ...{
          font: { size: 13, weight: 'bold' as const },
          padding: 0,
          position: { x: 'start', y: 'center' } as const,
        },
      },
      ...(knees
        ? [
            {
              type: 'label' as const,
              ...{
                ...strip,
                xValue: 0.9,
                yValue: fromTop(scale, 1.6 * STRIP),
                xAdjust: 6,
                content: `knee: ${knees}`,
              },
              ...{ font: { size: 12 }, padding: 0, position: { x: 'start', y: 'center' } as const },
            },
          ]
        : []),
    ];
  });
}

function ceilingsOf(panels: readonly Panel[]) {
  return panels.flatMap(({ ceiling }, index) =>
    ceiling === undefined
      ? []
      : [
          {
            type: 'line' as const,
            ...{
              yScaleID: scaleId(index),
              yMin: ceiling,
              yMax: ceiling,
              drawTime: 'beforeDatasetsDraw' as const,
            },
            ...{ borderColor: '#b00020', borderWidth: 1.5, borderDash: [3, 3] },
          },
        ],
  );
}

/** Powers of two, and what lies far enough from these for its label. */
function labelled(numbers: readonly number[]): number[] {
  const kept = numbers.filter((value) => Number.isInteger(Math.log2(value)));
  for (const value of numbers)
    if (kept.every((one) => Math.abs(Math.log2(value / one)) > 0.3)) kept.push(value);
  return kept.sort((a, b) => a - b);
}

/** The PNG; null where there is nothing to show. */
export function consolidationPng(raw: Result): Buffer | null {
  const result = plainDeep(raw);
  const rows = measuredRows(result);
  if (rows.length === 0) return null;
  const lines = linesOf(rows);
  const shown = panelsOf(rows)
    .map((panel) => ({
      panel,
      values: lines.flatMap(({ row, unit }) =>
        row.steps.flatMap((step) => panel.value(step, unit) ?? []).filter((value) => value > 0),
      ),
    }))
    .filter(({ values }) => values.length > 0);
  const panels = shown.map(({ panel }) => panel);
  const scales = shown.map(({ panel, values }) => valueScale(panel, values));
  const numbers = [...new Set(rows.flatMap(({ steps }) => steps.map(({ machines }) => machines)))].sort(
    (a, b) => a - b,
  );
  const last = numbers.at(-1) ?? 1;
  const ceilings = [...new Set(rows.flatMap(({ mix }) => (mix ? [duration(mix.ceilingMs * 1e6)] : [])))];
  const configuration = {
    type: 'scatterWithErrorBars',
    data: {
      datasets: lines.flatMap(({ row, label, ink, unit, dash }) =>
        panels.map((panel, index) => ({
          label: index === 0 ? label : '',
          yAxisID: scaleId(index),
          data: row.steps.flatMap((step) => {
            const value = panel.value(step, unit);
            if (value === null) return [];
            const [low, high] = panel.range?.(step, unit) ?? [value, value];
            const { min = low, max = high } = scales[index] ?? {};
            const ends = { yMin: Math.max(low, min), yMax: Math.min(high, max) };
            return [{ x: step.machines, y: value, ...ends }];
          }),
          ...{ showLine: true, borderDash: dash, borderColor: ink.light, backgroundColor: ink.light },
          ...{ borderWidth: 2, pointStyle: ink.shape, pointRadius: 5 },
          ...{ errorBarColor: ink.light, errorBarWhiskerColor: ink.light },
          ...{ errorBarLineWidth: 1, errorBarWhiskerSize: panel.range ? 6 : 0 },
        })),
      ),
    },
    options: {
      layout: { padding: { left: 16, right: 24, top: 10, bottom: 10 } },
      scales: {
        x: {
          type: 'logarithmic',
          ...{ min: 0.9, max: Math.max(last, 2) * 1.1 },
          title: { display: true, text: 'machines at once' },
          afterBuildTicks: (scale: { ticks: unknown[] }) => {
            scale.ticks = labelled(numbers).map((value) => ({ value }));
          },
          ticks: { autoSkip: false, callback: (value: number) => plainNumber(value) },
          grid: { color: '#eeeeee' },
        },
        // Stacked axes are laid out from the bottom.
        ...Object.fromEntries(
          [...scales.entries()].reverse().map(([index, scale]) => [scaleId(index), scale]),
        ),
      },
      plugins: {
        ...titlesOf(
          result,
          'How many machines this computer carries',
          `A ring marks the knee: the most machines at once that all answer 95 of 100 requests within ${ceilings.join(' or ')} and keep up with their work. Bars: least and most.`,
        ),
        legend: {
          labels: { usePointStyle: true, padding: 18, filter: ({ text }: { text: string }) => text !== '' },
        },
        annotation: {
          clip: false,
          annotations: [
            ...headingsOf(panels, scales, lines),
            ...ceilingsOf(panels),
            ...panels.flatMap((panel, index) => kneesOf(panel, index, lines)),
          ],
        },
      },
    },
  };
  return renderPng(
    configuration as unknown as ChartConfiguration,
    { width: WIDTH, height: MARGINS + panels.length * PANEL_HEIGHT },
    (load) => {
      const { ScatterWithErrorBarsController, PointWithErrorBar } = load('chartjs-chart-error-bars');
      return [ScatterWithErrorBarsController, PointWithErrorBar] as ChartComponentLike[];
    },
  );
}
