/** consolidation.png: work, memory and the boot storm over the number of machines, with native beside; knees are ringed. */
import type { Chart, Panel, PanelPlace, Point, Scale } from '../../../core/model/chart.ts';
import { duration, percent } from '../../../core/present/format.ts';
import type { ConsolidationRow, ConsolidationStep, Demand } from '../schema.ts';
import { type ConsolidationFound, kneeText, levelAt, measuredRows, rowLabel, unitOf } from './view.ts';

const MIB = 1 << 20;

/** What a panel shows of a step; `unit`: what one CPU does natively, turns a second. */
interface Figure {
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

function workAt(demand: Demand): Pick<Figure, 'value' | 'range' | 'demand'> {
  const turnsAt = (step: ConsolidationStep) => levelAt(step, demand)?.turnsPerSecond;
  return {
    demand,
    value: (step, unit) => {
      const turns = turnsAt(step);
      return turns && unit !== null && turns.median > 0 ? turns.median / unit : null;
    },
    range: (step, unit) => {
      const turns = turnsAt(step);
      return turns && unit !== null ? [turns.low / unit, turns.high / unit] : null;
    },
  };
}

function figuresOf(rows: readonly ConsolidationRow[]): Figure[] {
  const mix = rows.find((row) => row.mix)?.mix;
  const share = mix ? percent(mix.share, 0).replace('+', '') : '';
  return [
    {
      title: `Work done if each machine asks for ${share} of a CPU (1: a native CPU without pause)`,
      axis: 'native CPUs',
      ...workAt('set'),
    },
    {
      title:
        'Request latency at that demand, 95th percentile of the worst machine; dashed: the limit of the quality of service',
      axis: 'ms',
      value: (step) => levelAt(step, 'set')?.latencyMs.worstP95 ?? null,
      ceiling: mix?.ceilingMs,
    },
    {
      title: 'Work done if every machine works without pause (1: a native CPU)',
      axis: 'native CPUs',
      ...workAt('flat-out'),
    },
    {
      title: 'Memory per machine (PSS)',
      axis: 'MiB',
      value: ({ memory }) => (memory ? memory.pssBytes / MIB : null),
    },
    {
      title: 'Boot storm: all launched at once, time until the last one is ready',
      axis: 'seconds',
      value: ({ storm }) => storm.lastMs / 1000,
    },
  ];
}

/** 0.05, 1, 200: no more digits than it takes. */
const tickAt = (value: number) => ({ value, label: String(Number(value.toPrecision(3))) });

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

function scaleOf(title: string, values: readonly number[]): Scale {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const min = least / 1.3;
  const max = Math.max(most * 1.3, min * 4);
  return { title, min, max, ticks: ticksOf(min, max).map(tickAt) };
}

/** Powers of two, and what lies far enough from these for its label. */
function labelled(numbers: readonly number[]): number[] {
  const kept = numbers.filter((value) => Number.isInteger(Math.log2(value)));
  for (const value of numbers)
    if (kept.every((one) => Math.abs(Math.log2(value / one)) > 0.3)) kept.push(value);
  return kept.sort((a, b) => a - b);
}

function machinesScale(rows: readonly ConsolidationRow[]): Scale {
  const numbers = [...new Set(rows.flatMap(({ steps }) => steps.map(({ machines }) => machines)))].sort(
    (a, b) => a - b,
  );
  const last = numbers.at(-1) ?? 1;
  const ticks = labelled(numbers).map(tickAt);
  return { title: 'machines at once', min: 0.9, max: Math.max(last, 2) * 1.1, ticks };
}

function pointOf({ value, range }: Figure, step: ConsolidationStep, unit: number | null): Point[] {
  const y = value(step, unit);
  if (y === null) return [];
  const [low, high] = range?.(step, unit) ?? [y, y];
  return [{ x: step.machines, y, ...(range && { low, high }) }];
}

/** The points of knees that were found: one that nothing missed is none. */
function kneesOf({ value, demand }: Figure, rows: readonly ConsolidationRow[]): PanelPlace[] {
  return rows.flatMap((row, series) => {
    const knee = row.knees.find((one) => one.demand === demand);
    const step = row.steps.find(({ machines }) => machines === knee?.machines);
    const y = step && value(step, unitOf(row));
    if (!step || y === undefined || y === null || knee?.missedAt === null) return [];
    return [{ series, x: step.machines, y }];
  });
}

function panelsOf(rows: readonly ConsolidationRow[]): Panel[] {
  return figuresOf(rows).flatMap((figure): Panel[] => {
    const points = rows.map((row) => row.steps.flatMap((step) => pointOf(figure, step, unitOf(row))));
    const values = points.flat().flatMap(({ y }) => (y > 0 ? [y] : []));
    if (values.length === 0) return [];
    const { demand, ceiling } = figure;
    const knees =
      demand && rows.map((row) => `${rowLabel(row, rows)} ${kneeText(row, demand).text}`).join(', ');
    return [
      {
        heading: { title: figure.title, note: knees ? `knee: ${knees}` : '' },
        scale: scaleOf(figure.axis, values),
        weight: 1,
        points,
        levels: ceiling === undefined ? [] : [{ value: ceiling }],
        rings: demand ? kneesOf(figure, rows) : [],
        labels: [],
      },
    ];
  });
}

/** None where there is nothing to show. */
export function consolidationCharts(result: ConsolidationFound): Chart[] {
  const rows = measuredRows(result);
  if (rows.length === 0) return [];
  const ceilings = [...new Set(rows.flatMap(({ mix }) => (mix ? [duration(mix.ceilingMs * 1e6)] : [])))];
  const knees = rows.map((row) => `${rowLabel(row, rows)} ${kneeText(row, 'set').text}`).join(', ');
  return [
    {
      file: 'consolidation.png',
      title: 'How many busy machines this computer sustains',
      legend: `A ring marks the knee: the most machines that all answer 95 of 100 requests within ${ceilings.join(' or ')} and keep up with their work. Bars: minimum and maximum.`,
      shown: {
        caption: 'Work, memory and boot storm over the number of machines at once',
        alt: `Work, memory and boot storm over the number of machines at once; knees at the set demand: ${knees}. The tables below have all figures.`,
      },
      drawing: {
        kind: 'panels',
        roomy: false,
        x: machinesScale(rows),
        series: rows.map((row) => ({
          hypervisor: row.hypervisor,
          label: rowLabel(row, rows),
          dashed: row.isa !== rows[0]?.isa,
        })),
        panels: panelsOf(rows),
      },
    },
  ];
}
