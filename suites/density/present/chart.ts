/** density.png: memory of each machine, and the start of all of them, over how many there are. */
import type { Chart, Panel, PointLabel, Scale } from '../../../core/model/chart.ts';
import { bytesText, duration } from '../../../core/present/format.ts';
import type { DensityResult, DensityStep } from '../schema.ts';
import { comparison, type DensityFound, grouped, isOwn, lastHeld, shareOf } from './view.ts';

const KIB = 1024;
/** Beyond the outermost points, so that none is cut. */
const MARGIN = 1.25;
/** A label stands on the side of its point where there is room: to the left from this share of the most machines on. */
const LEFT_FROM = 1 / 30;

type Value = (step: DensityStep) => number;

const memory: Value = (step) => shareOf(step).host ?? 0;
const start: Value = ({ startMs }) => startMs;

/** A power of ten of milliseconds. */
const roundDuration = (ms: number) =>
  ms < 1000 ? `${Number(ms.toPrecision(1))} ms` : `${grouped(Math.round(ms / 1000))} s`;

/** Steps of a decade, or of four binary orders, that hold all values. */
function scaleOf(
  title: string,
  values: readonly number[],
  { unit, base, label }: { unit: number; base: number; label: (value: number) => string },
): Scale {
  const logs = values.map((value) => Math.log(value / unit) / Math.log(base));
  const low = Math.floor(Math.min(...logs) + 1e-9);
  const high = Math.max(low + 1, Math.ceil(Math.max(...logs) - 1e-9));
  const ticks = Array.from({ length: high - low + 1 }, (_, index) => {
    const value = unit * base ** (low + index);
    return { value, label: label(value) };
  });
  return { title, min: ticks[0]?.value as number, max: ticks.at(-1)?.value as number, ticks };
}

/** The uppermost label of a lower panel would stand on the lowest of the one above. */
function withoutTopLabel({ ticks, ...scale }: Scale): Scale {
  return {
    ...scale,
    ticks: ticks.map((tick, index) => (index === ticks.length - 1 ? { ...tick, label: '' } : tick)),
  };
}

/** Room for a label above a point. */
const withRoom = (value: number) => [value, value * 1.6];

/** The last point of each row, in words beside it. */
function endLabels(
  rows: readonly DensityResult[],
  value: Value,
  most: number,
  { text, below }: { text: (step: DensityStep) => string; below: (row: DensityResult) => boolean },
): PointLabel[] {
  return rows.flatMap((row, series) => {
    const step = lastHeld(row);
    if (!step || !(value(step) > 0)) return [];
    const side = step.machines > most * LEFT_FROM ? 'left' : 'right';
    return [{ series, x: step.machines, y: value(step), text: text(step), side, below: below(row) }];
  });
}

function pointsOf(rows: readonly DensityResult[], value: Value): Panel['points'] {
  return rows.map(({ steps }) =>
    steps.flatMap((step) => (value(step) > 0 ? [{ x: step.machines, y: value(step) }] : [])),
  );
}

/** None if no machine lived. */
export function densityCharts(result: DensityFound): Chart[] {
  const rows = result.density.filter((row) => lastHeld(row) !== null);
  if (rows.length === 0) return [];
  const values = (value: Value) => rows.flatMap(({ steps }) => steps.map(value)).filter((one) => one > 0);
  const machines = scaleOf('machines at once', [1, ...values((step) => step.machines)], {
    ...{ unit: 1, base: 10, label: grouped },
  });
  const ceilings = rows.flatMap(({ terms }) => terms?.ceilingBytes ?? []).filter((one) => one > 0);
  const memories = scaleOf(
    'memory per machine',
    [...ceilings.map((one) => one / 4), ...values(memory).flatMap(withRoom)],
    { unit: KIB, base: 4, label: bytesText },
  );
  const starts = scaleOf('until all live', values(start).flatMap(withRoom), {
    ...{ unit: 1, base: 10, label: roundDuration },
  });
  return [
    {
      file: 'density.png',
      title: 'How many idle machines fit, and what each takes',
      legend: [
        'Memory: what the host uses more than before, kernel included, per machine. Each machine had to answer a request.',
        ...comparison(result),
      ].join(' '),
      shown: {
        caption: 'Memory per idle machine and time to start them, over their number',
        alt: altOf(result),
      },
      drawing: {
        kind: 'panels',
        roomy: true,
        x: { ...machines, min: machines.min / MARGIN, max: machines.max * MARGIN },
        series: rows.map((row) => ({
          hypervisor: row.hypervisor,
          label: `${row.hypervisor}${isOwn(row) ? ' (all in one process)' : ' (one process each)'}`,
          dashed: false,
        })),
        panels: [
          {
            scale: memories,
            weight: 3,
            points: pointsOf(rows, memory),
            levels: ceilings.map((value) => ({
              value,
              label: `${bytesText(value)}: the limit beyond touched memory, for machines in one process`,
            })),
            rings: [],
            labels: endLabels(rows, memory, machines.max, {
              text: (step) => `${grouped(step.machines)} × ${bytesText(memory(step))}`,
              below: isOwn,
            }),
          },
          {
            scale: withoutTopLabel(starts),
            weight: 2,
            points: pointsOf(rows, start),
            levels: [],
            rings: [],
            labels: endLabels(rows, start, machines.max, {
              text: (step) => duration(start(step) * 1e6),
              below: () => false,
            }),
          },
        ],
      },
    },
  ];
}

function altOf({ density }: DensityFound): string {
  const parts = density.flatMap((row) => {
    const step = lastHeld(row);
    return step
      ? [
          `${row.hypervisor}: ${grouped(step.machines)} machines of ${bytesText(memory(step))} each, started in ${duration(step.startMs * 1e6)}`,
        ]
      : [];
  });
  return `Memory per machine and time to start them, over their number. ${parts.join('; ')}.`;
}
