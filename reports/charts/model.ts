/** What the chart of overheads shows, worked out once: drawn by the PNG, and by the page in the browser. */
import type { IntervalGroup, Intervals } from '../../core/model/chart.ts';
import { clip } from '../../core/present/format.ts';
import { type Axis, type AxisBand, axisOf, bandsOf, position } from './axis.ts';
import { type Ink, inksOf } from './palette.ts';

/** The longest name of a workload that a chart shows whole. */
export const WORKLOAD_LABEL_LENGTH = 24;

export interface OverheadPoint {
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

export interface OverheadSeries {
  readonly hypervisor: string;
  readonly ink: Ink;
  readonly points: readonly OverheadPoint[];
}

export interface OverheadPanel {
  readonly suite: string;
  readonly isa: string;
  readonly name: string;
  readonly labels: readonly string[];
  readonly series: readonly OverheadSeries[];
  /** The geometric means, in words; empty where there are none. */
  readonly means: string;
  /** The same without their intervals, for where there is little room. */
  readonly shortMeans: string;
  /** What has no point, by row: "kvm failed". */
  readonly missing: readonly { readonly row: number; readonly text: string }[];
}

export interface OverheadModel {
  readonly axis: Axis;
  readonly bands: readonly AxisBand[];
  readonly panels: readonly OverheadPanel[];
}

function panelOf(group: IntervalGroup, inks: ReadonlyMap<string, Ink>): OverheadPanel {
  const { suite, isa, name, rows, means } = group;
  const inWords = (mean: (of: IntervalGroup['means'][number]) => string) =>
    means.length > 0 ? `geometric mean: ${means.map(mean).join(', ')}` : '';
  return {
    ...{ suite, isa, name },
    labels: rows.map(({ label }) => clip(label, WORKLOAD_LABEL_LENGTH)),
    series: group.hypervisors.flatMap((hypervisor) => {
      const ink = inks.get(hypervisor);
      const points = rows.flatMap((row, index) => {
        const point = row.points.find((one) => one.hypervisor === hypervisor);
        if (!point) return [];
        const [x, xMin, xMax] = [point.estimate, point.low, point.high].map(position);
        return [{ row: index, x, xMin, xMax, value: point.value, range: point.range } as OverheadPoint];
      });
      return ink ? [{ hypervisor, ink, points }] : [];
    }),
    means: inWords(({ hypervisor, value, range }) => `${hypervisor} ${value} ${range}`),
    shortMeans: inWords(({ hypervisor, value }) => `${hypervisor} ${value}`),
    missing: rows.flatMap(({ missing }, row) => (missing ? [{ row, text: missing }] : [])),
  };
}

/** The model of a chart whose texts are plain. */
export function overheadModel({ hypervisors, groups, bands }: Intervals): OverheadModel {
  const inks = inksOf(hypervisors);
  const points = groups.flatMap(({ rows }) => rows.flatMap((row) => row.points));
  return {
    axis: axisOf(points.flatMap(({ estimate, low, high }) => [estimate, low, high])),
    bands: bandsOf({ bands }),
    panels: groups.map((group) => panelOf(group, inks)),
  };
}
