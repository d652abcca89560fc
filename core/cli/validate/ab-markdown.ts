/** The tables of a validation of A/Bs, for docs/validation.md and for people. */
import { count, plain } from '../../present/format.ts';
import type { AbRates, RowSpread } from '../../validate/ab/rates.ts';
import type { TrialSettings } from '../../validate/ab/trial.ts';
import { effect, share, table } from './table.ts';

/** Real A/Bs of one kind and slow-down. */
export interface RealRuns {
  readonly hypervisor: string;
  readonly suite: string;
  /** Of the candidate, a fraction. */
  readonly slowdown: number;
  readonly runs: number;
  /** Runs in which any figure regressed, or improved. */
  readonly regressed: number;
  readonly improved: number;
  /** Figures of workloads in all of them, and what was said of these. */
  readonly figures: number;
  readonly found: number;
  readonly same: number;
  readonly undecided: number;
  /** The median change of these figures: it checks the injection. */
  readonly measured: number | null;
  /** What a run took on average. */
  readonly seconds: number;
}

export interface AbValidation {
  readonly createdAt: string;
  readonly tool: string;
  /** What the computer was, in a sentence. */
  readonly host: string;
  readonly settings: TrialSettings & {
    readonly seed: number;
    readonly trials: number;
    readonly trialsPerEffect: number;
  };
  readonly runs: readonly RealRuns[];
  readonly rates: readonly AbRates[];
  readonly spread: readonly RowSpread[];
}

/** Effects that the table has a column for. */
const EFFECTS = [0.02, 0.03, 0.05, 0.1];

const kindOf = ({ hypervisor, suite }: { hypervisor: string; suite: string }) => `${hypervisor} ${suite}`;
const seconds = (value: number) => `${value.toFixed(0)} s`;
const settingCells = ({ budgetSeconds, minEffect }: TrialSettings) => [
  seconds(budgetSeconds),
  effect(minEffect),
];
const least = (smallest: number | null) => (smallest === null ? 'over 100 %' : effect(smallest));

const sameLine = (run: RealRuns) => [
  kindOf(run),
  String(run.runs),
  String(run.regressed),
  String(run.improved),
  share(run.same / Math.max(1, run.figures)),
  share(run.undecided / Math.max(1, run.figures)),
  seconds(run.seconds),
];

const slowLine = (run: RealRuns) => [
  kindOf(run),
  effect(run.slowdown),
  run.measured === null ? 'not measured' : effect(run.measured),
  `${run.regressed} of ${run.runs}`,
  `${run.found} of ${run.figures}`,
  String(run.improved),
];

const alarmLine = (rates: AbRates) => {
  const { trials, regressed, improved, same, undecided, seconds: taken } = rates.alarms;
  return [
    ...[kindOf(rates), ...settingCells(rates.setting), String(trials)],
    ...[`${regressed} (${share(regressed / trials)})`, `${improved} (${share(improved / trials)})`],
    ...[share(same), share(undecided), seconds(taken)],
  ];
};

const foundLine = (rates: AbRates) => [
  ...[kindOf(rates), String(rates.rows.length), ...settingCells(rates.setting)],
  ...EFFECTS.map((slowdown) => {
    const one = rates.found.find((entry) => entry.slowdown === slowdown);
    return one ? `${share(one.share)}, ${share(one.worst)}` : 'not tried';
  }),
  least(rates.smallest),
];

function rowLines({ rates, spread }: AbValidation): string[][] {
  return spread.map((row) => {
    const own = rates.filter(({ hypervisor, suite }) => hypervisor === row.hypervisor && suite === row.suite);
    const smallest = own.map(({ rows }) => {
      const found = rows.find(({ isa, workload }) => isa === row.isa && workload === row.workload);
      return found ? least(found.smallest) : '';
    });
    const { suite, workload, hypervisor, isa, launches, ofLaunches, ofRounds } = row;
    return [
      ...[
        `${suite}/${workload}, ${hypervisor} (${isa})`,
        String(launches),
        effect(ofLaunches),
        effect(ofRounds),
      ],
      ...smallest,
    ];
  });
}

/** Everything, as a part of a page: no heading of its own. */
export function renderAbValidation(report: AbValidation): string {
  const { settings, runs, rates } = report;
  const [same, slow] = [runs.filter((run) => run.slowdown === 0), runs.filter((run) => run.slowdown > 0)];
  const all = same.reduce((sum, one) => sum + one.runs, 0);
  const alarms = same.reduce((sum, one) => sum + one.regressed, 0);
  const used = [...new Map(rates.map(({ setting }) => [settingCells(setting).join(', '), setting])).keys()];
  return `${[
    `Measured by \`npm run validate:ab\` on ${report.createdAt.slice(0, 10)}, hvbench ${report.tool}, seed ${settings.seed}. ${plain(report.host)}`,
    `**Real A/As**: ${count(all, 'run')} of \`hvbench ab --budget ${settings.budgetSeconds}\`, one hypervisor against itself. ${count(alarms, 'false alarm')}. Minimum effect ${effect(settings.minEffect)}, level of a whole A/B ${effect(settings.alpha)}. A run ends when every figure is clear.`,
    table(
      ['what', 'runs', 'worse in', 'better in', 'figures same', 'figures undecided', 'a run took'],
      same.map(sameLine),
    ),
    '**Real A/Bs with a slower candidate**: extra, uncounted iterations slow it. *Measured* is the median change over all figures: it checks the injection.',
    table(
      ['what', 'slowed by', 'measured', 'runs that fail', 'figures found', 'runs with a better figure'],
      slow.map(slowLine),
    ),
    `**A/As cut from real ones**: each takes the course of a real one, over launches that are drawn from the runs above with base and candidate in random roles. They share these launches and are not independent. Launches are drawn again if a trial needs more than there are.`,
    table(
      [
        'what',
        'budget',
        'minimum effect',
        'A/As',
        'any worse',
        'any better',
        'figures same',
        'undecided',
        'took',
      ],
      rates.map(alarmLine),
    ),
    `**What is found**: the same with every candidate slower (${count(settings.trialsPerEffect, 'A/B')} of each effect, by shifted ratios). The share of rows that are found by either clock; after it that of the row found least often. Effects beyond the one at which every row is found in 90 % are not tried. *Smallest*: what 90 % of rows are found at.`,
    table(
      [
        'rows of',
        'rows',
        'budget',
        'minimum effect',
        ...EFFECTS.map((slowdown) => `${effect(slowdown)} found`),
        'smallest',
      ],
      rates.map(foundLine),
    ),
    '**By row**: how far launches, and rounds within a launch, lie apart although nothing changed (standard deviation of the ratio of CPU times), and the smallest effect that 90 % of A/Bs find, by budget and minimum effect.',
    table(['row', 'launches', 'between launches', 'between rounds', ...used], rowLines(report)),
  ].join('\n\n')}\n`;
}
