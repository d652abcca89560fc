/** boot.png: how long each machine takes to boot, as bars of stretches; the slow ones on a scale of their own. */
import type { Bar, BarGroup, Chart } from '../../../core/model/chart.ts';
import { duration } from '../../../core/present/format.ts';
import type { BootResult } from '../schema.ts';
import { type Booted, type BootRow, bootsFastestFirst, NS_PER_MS, readyMs } from './rows.ts';
import { STRETCHES, segmentsOf, splitAt } from './segments.ts';

const LEGEND =
  'Each bar runs from the start of the process to the first answer (±: half the 95 % CI, if that is 5 % or more). The bar ' +
  'below it: files dropped from the page cache first. Bare: no operating system; minimal: Linux and one program; full: plus a whole base system.';

/** None if no boot was measured. */
export function bootCharts(result: Pick<Booted, 'boots'>): Chart[] {
  const rows = bootsFastestFirst(result);
  if (rows.length === 0) return [];
  const times = rows.map(({ name, warm }) => `${name}: ${duration((readyMs(warm) ?? 0) * NS_PER_MS)}`);
  return [
    {
      file: 'boot.png',
      title: 'How long a machine takes to boot',
      legend: LEGEND,
      shown: {
        caption: 'How long each machine takes to boot, by milestone',
        alt: `A bar for the boot time of each machine, divided at its milestones. Until ready: ${times.join('; ')}. The tables below have all figures.`,
      },
      drawing: {
        kind: 'bars',
        axis: 'milliseconds from the start of the process',
        parts: STRETCHES.map(({ title, colour }) => ({ title, colour })),
        groups: groupsOf(rows),
        all: 'boot.csv',
      },
    },
  ];
}

function groupsOf(rows: readonly BootRow[]): BarGroup[] {
  const split = splitAt(rows.map(({ warm }) => readyMs(warm) ?? 0));
  const [fast, slow] = [rows.slice(0, split), rows.slice(split)];
  if (slow.length === 0) return [groupOf('all machines', fast, 'below')];
  return [groupOf('fast machines', fast, 'above'), groupOf('slow machines', slow, 'below')];
}

function groupOf(title: string, rows: readonly BootRow[], scale: 'above' | 'below'): BarGroup {
  const slowest = Math.max(...rows.map(({ warm }) => readyMs(warm) ?? 0));
  return {
    title,
    note: `until ready: up to ${duration(slowest * NS_PER_MS)} (scale ${scale}, ms)`,
    bars: rows.flatMap(({ name, warm, cold }) => [
      barOf(name, warm),
      ...(cold && cold.launches > 0 ? [barOf('cold', cold)] : []),
    ]),
  };
}

function barOf(label: string, row: BootResult): Bar {
  return {
    label,
    pale: row.cache === 'cold',
    end: readyMs(row) ?? 0,
    text: `${duration((readyMs(row) ?? 0) * NS_PER_MS)}${spreadOf(row)}`,
    cuts: segmentsOf(row).map(({ stretch, from, to }) => ({
      part: STRETCHES.findIndex(({ name }) => name === stretch),
      from,
      to,
    })),
  };
}

/** ` ±12 %` if the interval is wide enough to matter. */
function spreadOf({ milestonesMs: { ready } }: BootResult): string {
  if (!ready) return ' (1 launch)';
  const half = (ready.high - ready.low) / 2 / ready.estimate;
  if (half > 1) return ' ±>100 %';
  return half >= 0.05 ? ` ±${(half * 100).toFixed(0)} %` : '';
}
