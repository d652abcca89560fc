/** A fleet as CSV: a line for each figure, and in another file a line for each host's. Ratios are to native: 1.013 is +1.3 %. */
import { dimensionWords } from '../../core/judge/compare/match-metrics.ts';
import { type Column, intervalColumns } from '../../core/present/columns.ts';
import { plainDeep } from '../../core/present/format.ts';
import type { Fleet, FleetClass, FleetFigure, Reading } from '../../core/results/fleet/schema.ts';
import { csvTable } from '../csv-table.ts';

interface Line {
  readonly hostClass: string;
  readonly figure: FleetFigure;
}

interface HostLine extends Line {
  readonly host: string;
  readonly reading: Reading;
  readonly counted: boolean;
}

const NAMES: readonly Column<Line>[] = [
  ['host_class', ({ hostClass }) => hostClass],
  ['suite', ({ figure }) => figure.suite],
  ['row', ({ figure }) => (figure.workloads === null ? dimensionWords(figure).join('/') : 'mean')],
  ['isa', ({ figure }) => figure.target.isa],
  ['hypervisor', ({ figure }) => figure.target.hypervisor],
  ['machine_type', ({ figure }) => figure.target.machineType],
  ['metric', ({ figure }) => figure.metric],
  ['unit', ({ figure }) => figure.unit],
  ['better', ({ figure }) => figure.better],
];

const COLUMNS: readonly Column<Line>[] = [
  ...NAMES,
  ['ratio', ({ figure }) => figure.ratio],
  ...intervalColumns<Line>('ratio', ({ figure }) => figure.interval).slice(1),
  ['hosts', ({ figure }) => figure.hosts],
  ['left_out', ({ figure }) => figure.leftOut],
  ['least', ({ figure }) => figure.range?.low],
  ['largest', ({ figure }) => figure.range?.high],
  ['sd_log', ({ figure }) => figure.sd],
  ['sd_log_if_equal', ({ figure }) => figure.expectedSd],
];

const HOST_COLUMNS: readonly Column<HostLine>[] = [
  ['host', ({ host }) => host],
  ...NAMES,
  ['ratio', ({ reading: [, ratio] }) => ratio],
  ['ratio_low', ({ reading: [, , low] }) => low],
  ['ratio_high', ({ reading: [, , , high] }) => high],
  ['in_mean', ({ counted }) => (counted ? 'yes' : 'no')],
];

const linesOf = ({ hostClass, figures }: FleetClass): Line[] =>
  figures.map((figure) => ({ hostClass: hostClass.id, figure }));

/** Both ends are empty of a single host. */
export function renderCsv(raw: Fleet): string {
  return csvTable(COLUMNS, plainDeep(raw).classes.flatMap(linesOf));
}

export function renderHostsCsv(raw: Fleet): string {
  const { hosts, classes } = plainDeep(raw);
  const lines = classes.flatMap(linesOf).flatMap((line): HostLine[] => {
    const of = (readings: readonly Reading[], counted: boolean) =>
      readings.map((reading) => ({ ...line, reading, counted, host: hosts[reading[0]]?.name ?? '' }));
    return [...of(line.figure.readings, true), ...of(line.figure.apart, false)];
  });
  return csvTable(HOST_COLUMNS, lines);
}
