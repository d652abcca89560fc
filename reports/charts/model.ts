/** What the chart of overheads shows, worked out once: drawn by the PNG, and by the page in the browser. */
import type { Result } from '../../core/results/schema.ts';
import { clip, overheadPhrase, overheadText } from '../format.ts';
import { CONTROL, type Group, groupsOf, guestOrder } from '../view.ts';
import { type Axis, axisOf, type Band, bandsOf, position } from './axis.ts';
import { type Ink, inksOf } from './palette.ts';

/** The longest name of a workload that a chart shows whole. */
export const LABEL_LENGTH = 24;

export interface Point {
  /** Row of the panel, from 0. */
  readonly row: number;
  /** Positions on the axis: the estimate and the ends of its interval. */
  readonly x: number;
  readonly xMin: number;
  readonly xMax: number;
  /** The overhead and its interval, in words. */
  readonly value: string;
  readonly range: string;
}

export interface Series {
  readonly hypervisor: string;
  readonly ink: Ink;
  readonly points: readonly Point[];
}

export interface Panel {
  readonly suite: string;
  readonly isa: string;
  readonly name: string;
  readonly labels: readonly string[];
  readonly series: readonly Series[];
  /** The geometric means, in words; empty where there are none. */
  readonly means: string;
  /** The same without their intervals, for where there is little room. */
  readonly shortMeans: string;
  /** What has no point, by row: "kvm failed". */
  readonly missing: readonly { readonly row: number; readonly text: string }[];
}

export interface OverheadModel {
  readonly axis: Axis;
  readonly bands: readonly Band[];
  readonly panels: readonly Panel[];
}

function panelOf(group: Group, inks: ReadonlyMap<string, Ink>): Panel {
  const means = group.guests.flatMap((guest) => {
    const overhead = group.means.get(guest)?.overhead;
    if (guest === CONTROL || !overhead) return [];
    return [
      { long: `${guest} ${overheadPhrase(overhead)}`, short: `${guest} ${overheadText(overhead).value}` },
    ];
  });
  const inWords = (length: 'long' | 'short') =>
    means.length > 0 ? `geometric mean: ${means.map((mean) => mean[length]).join(', ')}` : '';
  return {
    suite: group.suite,
    isa: group.isa,
    name: group.name,
    labels: group.rows.map(({ workload }) => clip(workload, LABEL_LENGTH)),
    series: group.guests.flatMap((hypervisor) => {
      const ink = inks.get(hypervisor);
      const points = group.rows.flatMap(({ guests }, row) => {
        const overhead = guests.get(hypervisor)?.overhead;
        if (!overhead) return [];
        const [x, xMin, xMax] = [overhead.estimate, overhead.low, overhead.high].map(position);
        return [{ row, x, xMin, xMax, ...overheadText(overhead) } as Point];
      });
      return ink ? [{ hypervisor, ink, points }] : [];
    }),
    means: inWords('long'),
    shortMeans: inWords('short'),
    missing: group.rows.flatMap(({ guests }, row) => {
      const without = group.guests.filter((guest) => guests.has(guest) && !guests.get(guest)?.overhead);
      const words = without.map((guest) => {
        const status = guests.get(guest)?.status;
        return `${guest} ${status === 'ok' ? 'without an interval' : status}`;
      });
      return words.length > 0 ? [{ row, text: words.join(', ') }] : [];
    }),
  };
}

/** The model of a result whose texts are plain. */
export function overheadModel(result: Result): OverheadModel {
  const inks = inksOf(guestOrder(result));
  const overheads = result.measurements.flatMap(({ overhead }) =>
    overhead ? [overhead.estimate, overhead.low, overhead.high] : [],
  );
  return {
    axis: axisOf(overheads),
    bands: bandsOf(result),
    panels: groupsOf(result).map((group) => panelOf(group, inks)),
  };
}
