/** The tables of a validation, for docs/validation.md and for people. */
import { rowName } from '../../judge/compare/match.ts';
import { count, plain } from '../../present/format.ts';
import type { ErrorRates, FalseAlarms, Power, RowPower } from '../../validate/error-rates.ts';
import { effect, share, table } from './table.ts';

/** Error rates with what it was made on and how. */
export interface ValidationReport extends ErrorRates {
  readonly createdAt: string;
  readonly tool: string;
  /** What the computer was, one sentence a line. */
  readonly host: readonly string[];
  readonly settings: {
    readonly firstLaunches: number;
    readonly launches: number;
    readonly budgetSeconds: number;
    readonly alpha: number;
    readonly minEffect: number;
    readonly seed: number;
  };
  /** What the gates were cut from. */
  readonly pool: readonly { readonly title: string; readonly runs: number; readonly launches: number }[];
}

const falseAlarm = ({ title, gates, alarms, alarming, same, undecided }: FalseAlarms) => [
  title,
  String(gates),
  `${alarms} (${share(alarms / gates)})`,
  alarming.map((row) => `${rowName(row)}: ${row.gates}`).join('; '),
  share(same),
  share(undecided),
];

const wholeLine = ({ title, measured, gates, alarms }: Power) => [
  title,
  effect(measured),
  String(gates),
  share(alarms / gates),
];

const groupLines = ({ title, groups }: Power) =>
  groups.map(({ hypervisor, suite, rows, gates, found, worst }) => [
    title,
    `${hypervisor} ${suite}`,
    String(rows),
    String(gates),
    share(found),
    share(worst),
  ]);

function rowLine(slowdowns: readonly number[], row: RowPower): string[] {
  const { minimumEffect, found, smallest } = row;
  const at = (slowdown: number) => {
    const entry = found.find((candidate) => candidate.slowdown === slowdown);
    return entry ? share(entry.share) : 'not measured';
  };
  const least = smallest === null ? 'over 100 %' : effect(smallest);
  return [rowName(row), effect(minimumEffect), ...slowdowns.map(at), least];
}

/** Everything, as a part of a page: no heading of its own. */
export function renderValidation(report: ValidationReport): string {
  const { settings, pool, rows, falseAlarms, power, rowPower } = report;
  const slowdowns = [...new Set(rowPower.flatMap(({ found }) => found.map(({ slowdown }) => slowdown)))].sort(
    (a, b) => a - b,
  );
  return `${[
    `Measured by \`npm run validate\` on ${report.createdAt.slice(0, 10)}, hvbench ${report.tool}, seed ${settings.seed}. ${report.host.map(plain).join(' ')}`,
    `Each gate judges ${count(rows, 'row')}: a first result of ${settings.firstLaunches} launches, then fresh launches of its suspects, as many as fit into ${settings.budgetSeconds} s in total, and at most ${settings.launches - settings.firstLaunches}. The gates are cut at random from real runs, so they share launches and are not independent; the baseline comes from other runs than the result. Level of the whole gate ${effect(settings.alpha)}, minimum effect ${effect(settings.minEffect)} or the row's noise.`,
    table(
      ['runs measured', 'runs', 'launches'],
      pool.map(({ title, runs, launches }) => [title, String(runs), String(launches)]),
    ),
    '**False alarms**: gates that report a slower row although none became slower.',
    table(
      ['what differs from the baseline', 'gates', 'alarms', 'of which rows', 'rows same', 'rows undecided'],
      falseAlarms.map(falseAlarm),
    ),
    '**Power, the whole gate**: gates that fail when extra, uncounted iterations slow every guest. *Measured* is the median change over all rows: it checks the injection.',
    table(['what differs', 'measured', 'gates', 'gate fails'], power.map(wholeLine)),
    '**Power, row by row**: gates in which one row is slowed and no other is a suspect. *Worst row* is the row that is found least often.',
    table(['what differs', 'rows of', 'rows', 'gates', 'found', 'worst row'], power.flatMap(groupLines)),
    '**By row**: the minimum effect (1 % or the row’s noise), how often each slow-down was found, and the smallest effect that 90 % of gates find, from shifted ratios of undisturbed runs.',
    table(
      [
        'row',
        'minimum effect',
        ...slowdowns.map((slowdown) => `${effect(slowdown)} found`),
        'smallest found',
      ],
      rowPower.map((row) => rowLine(slowdowns, row)),
    ),
  ].join('\n\n')}\n`;
}
