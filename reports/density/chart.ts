/** density.png: memory of each machine, and the start of all of them, over how many there are; both scales logarithmic. */
import type { ChartConfiguration } from 'chart.js';
import type { DensityResult, DensityStep } from '../../core/results/density-schema.ts';
import type { Result } from '../../core/results/schema.ts';
import { titlesOf, WIDTH } from '../charts/layout.ts';
import { type Ink, inksOf } from '../charts/palette.ts';
import { renderPng } from '../charts/render.ts';
import { bytes, duration, plainDeep } from '../format.ts';
import { comparison, grouped, lastHeld, shareOf } from './view.ts';

const HEIGHT = 860;
/** Room for the longest label, the same in both panels. */
const AXIS_WIDTH = 92;
const KIB = 1024;
/** Beyond the outermost points, so that none is cut. */
const MARGIN = 1.25;

/** A power of ten of milliseconds. */
const roundDuration = (ms: number) =>
  ms < 1000 ? `${Number(ms.toPrecision(1))} ms` : `${grouped(Math.round(ms / 1000))} s`;

interface Scale {
  readonly min: number;
  readonly max: number;
  readonly ticks: readonly number[];
}

/** Steps of a decade, or of four binary orders, that hold all values. */
function scaleOf(values: readonly number[], unit: number, base: number): Scale {
  const logs = values.map((value) => Math.log(value / unit) / Math.log(base));
  const low = Math.floor(Math.min(...logs) + 1e-9);
  const high = Math.max(low + 1, Math.ceil(Math.max(...logs) - 1e-9));
  const ticks = Array.from({ length: high - low + 1 }, (_, index) => unit * base ** (low + index));
  return { min: ticks[0] as number, max: ticks.at(-1) as number, ticks };
}

function axis({ min, max, ticks }: Scale, title: string, label: (value: number) => string, below = false) {
  return {
    type: 'logarithmic' as const,
    ...{ min, max },
    title: { display: true, text: title, font: { size: 13 } },
    afterBuildTicks: (scale: { ticks: unknown[] }) => {
      scale.ticks = ticks.map((value) => ({ value }));
    },
    ticks: {
      ...{ autoSkip: false, maxRotation: 0 },
      // The uppermost label of a lower panel would stand on the lowest of the one above.
      callback: (value: unknown, index: number) =>
        below && index === ticks.length - 1 ? '' : label(Number(value)),
    },
    grid: { color: '#e0e0e0' },
  };
}

const panel = (weight: number) => ({
  ...{ stack: 'panels', stackWeight: weight, position: 'left' as const, offset: false },
  afterFit: (scale: { width: number }) => {
    scale.width = AXIS_WIDTH;
  },
});

/** Room for a label above a point. */
const withRoom = (value: number) => [value, value * 1.6];

type Value = (step: DensityStep) => number;

function dataset(row: DensityResult, { light, shape }: Ink, yAxisID: string, value: Value) {
  return {
    label: `${row.hypervisor}${row.hypervisor === 'kvm' ? ' (our own, all in one process)' : ' (a process each)'}`,
    ...{ yAxisID, showLine: true, tension: 0 },
    data: row.steps.flatMap((step) => (value(step) > 0 ? [{ x: step.machines, y: value(step) }] : [])),
    ...{ pointStyle: shape, pointRadius: 6, borderColor: light, backgroundColor: light, borderWidth: 2 },
  };
}

/** The last point of a row, in words beside it. */
function endLabel(
  row: DensityResult,
  { light }: Ink,
  yScaleID: string,
  value: Value,
  text: string,
  most: number,
) {
  const step = lastHeld(row);
  if (!step || !(value(step) > 0)) return [];
  const left = step.machines > most / 30;
  return [
    {
      type: 'label' as const,
      ...{ xScaleID: 'x', yScaleID, xValue: step.machines, yValue: value(step), content: text },
      ...{ color: light, font: { size: 13, weight: 'bold' as const }, padding: 2 },
      ...{
        backgroundColor: 'rgba(255, 255, 255, 0.85)',
        xAdjust: left ? -8 : 10,
        yAdjust: yScaleID === 'memory' && row.hypervisor === 'kvm' ? 20 : -18,
      },
      position: { x: left ? 'end' : 'start', y: 'center' } as const,
    },
  ];
}

const memory: Value = (step) => shareOf(step).host ?? 0;
const start: Value = ({ startMs }) => startMs;

/** The PNG; null where no machine lived. */
export function densityPng(raw: Result): Buffer | null {
  const result = plainDeep(raw);
  const rows = result.density.filter((row) => lastHeld(row) !== null);
  if (rows.length === 0) return null;
  const inks = inksOf(rows.map(({ hypervisor }) => hypervisor));
  const inkOf = ({ hypervisor }: DensityResult) => inks.get(hypervisor) as Ink;
  const values = (value: Value) => rows.flatMap(({ steps }) => steps.map(value)).filter((one) => one > 0);
  const machines = scaleOf([1, ...values(({ machines }) => machines)], 1, 10);
  const ceilings = rows.flatMap(({ terms }) => terms?.ceilingBytes ?? []).filter((one) => one > 0);
  const memories = scaleOf([...ceilings.map((one) => one / 4), ...values(memory).flatMap(withRoom)], KIB, 4);
  const starts = scaleOf(values(start).flatMap(withRoom), 1, 10);
  const most = machines.max;
  const configuration = {
    type: 'scatter',
    data: {
      datasets: [
        ...rows.map((row) => dataset(row, inkOf(row), 'memory', memory)),
        ...rows.map((row) => dataset(row, inkOf(row), 'start', start)),
      ],
    },
    options: {
      layout: { padding: { left: 16, right: 40, top: 10, bottom: 10 } },
      scales: {
        x: axis(
          { ...machines, min: machines.min / MARGIN, max: machines.max * MARGIN },
          'machines that live at once',
          grouped,
        ),
        // Chart.js stacks from below.
        start: { ...axis(starts, 'until all live', roundDuration, true), ...panel(2) },
        memory: { ...axis(memories, 'memory of each', bytes), ...panel(3) },
      },
      plugins: {
        ...titlesOf(
          result,
          'How many idle machines fit, and what each takes',
          [
            'Memory: what the host uses more than before, its kernel included, divided by the machines. Each had to answer a request.',
            ...comparison(result),
          ].join(' '),
        ),
        legend: {
          labels: {
            usePointStyle: true,
            padding: 18,
            filter: ({ datasetIndex }: { datasetIndex: number }) => datasetIndex < rows.length,
          },
        },
        annotation: {
          clip: false,
          annotations: [
            ...ceilings.map((ceiling) => ({
              type: 'line' as const,
              ...{ xScaleID: 'x', yScaleID: 'memory', yMin: ceiling, yMax: ceiling },
              ...{
                borderColor: '#222222',
                borderWidth: 1.5,
                borderDash: [7, 5],
                drawTime: 'beforeDatasetsDraw',
              },
              label: {
                display: true,
                content: `${bytes(ceiling)}: the most that one of our own may take beyond what its guest touched`,
                ...{ position: 'start', yAdjust: -12, color: '#222222', font: { size: 12 } },
                ...{ backgroundColor: 'rgba(255, 255, 255, 0.85)', padding: 2 },
              },
            })),
            ...rows.flatMap((row) => {
              const step = lastHeld(row) as DensityStep;
              return [
                ...endLabel(
                  row,
                  inkOf(row),
                  'memory',
                  memory,
                  `${grouped(step.machines)} × ${bytes(memory(step))}`,
                  most,
                ),
                ...endLabel(row, inkOf(row), 'start', start, duration(step.startMs * 1e6), most),
              ];
            }),
          ],
        },
      },
    },
  };
  return renderPng(
    configuration as unknown as ChartConfiguration,
    { width: WIDTH, height: HEIGHT },
    () => [],
  );
}

/** The picture in words, for those who do not see it. */
export function densityAlt(result: Result): string {
  const parts = result.density.flatMap((row) => {
    const step = lastHeld(row);
    return step
      ? [
          `${row.hypervisor}: ${grouped(step.machines)} machines of ${bytes(memory(step))} each, started in ${duration(step.startMs * 1e6)}`,
        ]
      : [];
  });
  return `Memory of each machine and time to start them over their number. ${parts.join('; ')}.`;
}
