/** The figures of a fleet as tables: one for each class, suite and ISA, a row for each workload below its hypervisor's mean. */
import { groupBy } from '../../core/group-by.ts';
import type { TextCell, TextTable } from '../../core/model/section.ts';
import type { Fleet, FleetClass, FleetFigure } from '../../core/results/fleet/schema.ts';
import { figureName, isMean, oneRatio, ratioCell, scopeName } from './view.ts';

export const ABOUT =
  'Each host gives one number, its own estimate. A figure is their geometric mean, with its 95 % CI over hosts ' +
  '(Student’s t, hosts − 1 degrees of freedom). SD: how far hosts lie apart; if equal: how far hosts that do not ' +
  'differ would lie apart by their own intervals alone.';

/** A figure by wall-clock time and, of the same row, by CPU time. */
interface Line {
  readonly main: FleetFigure;
  readonly cpu: FleetFigure | undefined;
}

/** All figures. */
export function fleetTables(fleet: Fleet): TextTable[] {
  return fleet.classes.flatMap((one, index) => scopeTables(one.figures, classTitle(fleet, index)));
}

/** The means of each class in one table, and in whole what a suite without means has. */
export function summaryTables(fleet: Fleet): TextTable[] {
  return fleet.classes.flatMap(({ figures }, index) => {
    const means = figures.filter(isMean);
    const meant = new Set(means.map(scopeName));
    const others = figures.filter((one) => !meant.has(scopeName(one)));
    const title = classTitle(fleet, index);
    const rows = [...groupBy(linesOf(means), ({ main }) => scopeName(main))].flatMap(([scope, lines]) => [
      [{ text: scope, heads: true }],
      ...lines.map((line) => cellsOf({ text: line.main.target.hypervisor }, line, true)),
    ]);
    return [
      ...(rows.length > 0
        ? [tableOf([title ? `${title}, means over workloads` : 'Means over workloads'], rows, true)]
        : []),
      ...scopeTables(others, title),
    ];
  });
}

const classTitle = ({ classes }: Fleet, index: number) =>
  classes.length > 1 ? `Host class ${index + 1}` : '';

function scopeTables(figures: FleetClass['figures'], title: string): TextTable[] {
  return [...groupBy(figures, scopeName)].map(([scope, own]) => {
    const lines = groupBy(linesOf(own), ({ main }) => main.target.hypervisor);
    const hasCpu = own.some(({ metric }) => metric === 'cpuTime');
    const rows = [...lines].flatMap(([hypervisor, all]) => hypervisorRows(hypervisor, all, hasCpu));
    return tableOf([title, scope], rows, hasCpu);
  });
}

function tableOf(titles: readonly string[], rows: TextTable['rows'], hasCpu: boolean): TextTable {
  return {
    title: titles.filter(Boolean).join(', '),
    about: ABOUT,
    head: [
      ...['hypervisor', 'overhead', ...(hasCpu ? ['CPU overhead'] : [])],
      ...['hosts', 'SD (if equal)', 'least to largest'],
    ],
    rows,
    notes: [],
  };
}

/** Pairs the two clocks of a row; every other metric has a line of its own. */
function linesOf(figures: readonly FleetFigure[]): Line[] {
  const rows = groupBy(figures, ({ suite, target, dimensions, workloads }) =>
    JSON.stringify([suite, target, dimensions, workloads !== null]),
  );
  return [...rows.values()].flatMap((own): Line[] => {
    const time = own.find(({ metric }) => metric === 'time');
    const cpu = time && own.find(({ metric }) => metric === 'cpuTime');
    return own.flatMap((main) => (main === cpu ? [] : [{ main, cpu: main === time ? cpu : undefined }]));
  });
}

function hypervisorRows(hypervisor: string, lines: readonly Line[], hasCpu: boolean): TextCell[][] {
  const mean = lines.find(({ main }) => isMean(main));
  const others = lines.filter((line) => line !== mean);
  return [
    mean
      ? cellsOf({ text: `${hypervisor}, ${figureName(mean.main)}`, heads: true }, mean, hasCpu)
      : [{ text: hypervisor, heads: true }],
    ...others.map((line) => cellsOf({ text: figureName(line.main) }, line, hasCpu)),
  ];
}

function cellsOf(first: TextCell, { main, cpu }: Line, hasCpu: boolean): TextCell[] {
  const { hosts, leftOut, sd, expectedSd, range, unit } = main;
  return [
    first,
    ratioCell(main),
    ...(hasCpu ? [cpu ? ratioCell(cpu) : { text: '' }] : []),
    {
      text: hostsText(hosts, leftOut),
      ...(cpu && cpu.hosts !== hosts && { also: { text: `CPU ${hostsText(cpu.hosts, cpu.leftOut)}` } }),
    },
    { text: deviationText(sd), ...(sd !== null && { range: `(${deviationText(expectedSd)})` }) },
    {
      text: range && hosts > 1 ? `${oneRatio(range.low, unit)} to ${oneRatio(range.high, unit)}` : '',
    },
  ];
}

const hostsText = (hosts: number, leftOut: number) =>
  leftOut > 0 ? `${hosts} of ${hosts + leftOut}` : String(hosts);

/** A standard deviation of logarithms, as the factor that it is: "1.2 %". */
export function deviationText(sd: number | null): string {
  if (sd === null) return '–';
  const percent = Math.expm1(sd) * 100;
  return `${percent.toFixed(percent < 0.1 ? 2 : percent < 10 ? 1 : 0)} %`;
}
