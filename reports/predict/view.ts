/** Predictions in words and tables; each says that it is one. */
import { groupBy } from '../../core/group-by.ts';
import type { PredictionCheck } from '../../core/judge/predict/check.ts';
import type { PricedCpu } from '../../core/judge/predict/cpu.ts';
import { LEFT_OUT, type PredictedRow, type Prediction } from '../../core/judge/predict/predict.ts';
import type { TextCell, TextTable } from '../../core/model/section.ts';
import { Footnotes } from '../../core/present/footnotes.ts';
import {
  count,
  duration,
  overheadText,
  percent,
  RATIO_FROM,
  threeDigits,
} from '../../core/present/format.ts';
import { countsPhrase, machineText } from '../exits/words.ts';

/** A prediction, how far such predictions are off where that can be seen, and where both come from. */
export interface PredictionReport extends Prediction {
  /** Paths: of the native times, and of the counts. */
  readonly target: string;
  readonly source: string;
  /** Null if the target has not both counts and costs of the same guest. */
  readonly check: PredictionCheck | null;
}

/** "+54.9 %", "7.62x" */
function overheadOf(overhead: number): string {
  if (overhead > RATIO_FROM) return `${threeDigits(1 + overhead)}x`;
  return percent(overhead, Math.abs(overhead) < 0.1 ? 2 : 1);
}

/** "memory/first-touch (x86_64)" */
export const workloadName = ({
  suite,
  workload,
  isa,
}: Pick<PredictedRow, 'suite' | 'workload' | 'isa'>): string => `${suite}/${workload} (${isa})`;

export function headLines({ counted, target, source, rows }: PredictionReport): string[] {
  const silent = rows.filter(({ exits }) => Object.keys(exits).length === 0);
  return [
    `Predicted, not measured: exits per native second × the cost of one exit. Left out: ${LEFT_OUT}.`,
    `Native times: ${target}. Exits counted in ${source}: ${machineText(counted)}.`,
    ...(silent.length > 0
      ? [
          `${count(silent.length, 'workload')} of ${rows.length} ${silent.length === 1 ? 'causes' : 'cause'} no exit, and ${silent.length === 1 ? 'is' : 'are'} predicted to cost nothing by exits: ${silent.map(workloadName).join(', ')}.`,
        ]
      : []),
  ];
}

/** What each workload that causes exits does, and what they are predicted to cost on each CPU. */
export function predictionTables({ rows, cpus }: PredictionReport): TextTable[] {
  const busy = rows.filter(({ exits }) => Object.keys(exits).length > 0);
  if (busy.length === 0) return [];
  const notes = new Footnotes();
  return [
    {
      title: 'Exits that workloads cause',
      about: '',
      head: ['workload', 'native time', 'exits per 1000 iterations', 'per native second'],
      rows: busy.map((row) => [
        { text: workloadName(row) },
        { text: duration(row.nativeNs) },
        { text: countsPhrase(Object.entries(row.exits), 1000) || 'less than 0.01' },
        { text: Math.round(row.exitsPerNativeSecond).toLocaleString('en') },
      ]),
      notes: [],
    },
    {
      title: 'Predicted overhead',
      about:
        'Of native time on this computer. An older CPU is slower natively too, so that by its own clock a prediction is rather too high: --clock host takes its cycles for those of this computer.',
      head: ['workload', ...cpus.map(({ id }) => id)],
      rows: busy.map((row): TextCell[] => [
        { text: workloadName(row) },
        ...row.overheads.map(
          ({ overhead, lack }): TextCell =>
            overhead === null
              ? { text: `– ${notes.mark(lack ?? 'no price')}` }
              : { text: overheadOf(overhead) },
        ),
      ]),
      notes: notes.lines(),
    },
  ];
}

/** Predicted, measured, difference; workloads that cost nothing by either are summed up. */
export function checkTables({ check }: PredictionReport): TextTable[] {
  if (!check) return [];
  const { hypervisor, technique, rows } = check;
  return [
    {
      title: `How far off: ${hypervisor} by ${technique}, predicted from its own counts and costs`,
      about: `${checkSentence(check)} It tests that costs of exits add up, on this computer; not AMD-V or VT-x.`,
      head: ['workload', 'predicted', 'measured', 'difference'],
      rows: rows.map((row) => {
        const { value, range } = overheadText(row.measured);
        return [
          { text: workloadName(row) },
          { text: overheadOf(row.predicted) },
          { text: value, range },
          { text: percent(row.difference, 2) },
        ];
      }),
      notes: [],
    },
  ];
}

function checkSentence({ medianError, largest, rows }: PredictionCheck): string {
  const busy = rows.filter(({ causesExits }) => causesExits).length;
  const testing = `${busy === 0 ? 'None' : busy} of them ${busy === 1 ? 'causes' : 'cause'} exits, and only ${busy === 1 ? 'it tests' : 'such test'} the costs.`;
  return `Absolute difference over ${count(rows.length, 'workload')}: median ${percent(medianError, 2).replace('+', '')} of native time, largest ${percent(largest.difference, 2)} (${workloadName(largest)}). ${testing}`;
}

/** The prices, each with its source. */
export function costTable({ cpus }: { readonly cpus: readonly Omit<PricedCpu, 'ns'>[] }): TextTable {
  const notes = new Footnotes();
  const cited = (source: string, recalled: boolean) =>
    notes.mark(recalled ? `${source}; recalled, not checked` : source);
  return {
    title: 'What an exit costs',
    about: '',
    head: ['CPU', 'what', 'exit for', 'cycles', 'round trip', 'GHz'],
    rows: cpus.flatMap(({ id, title, prices, clock }) =>
      prices.map(({ reason, cycles, range, what, source, recalled }, index) => {
        const figure = range ? range.join('–') : cycles?.toLocaleString('en');
        return [
          { text: index === 0 ? id : '' },
          { text: index === 0 ? title : '' },
          { text: reason ?? (prices.length > 1 ? 'anything else' : 'anything') },
          { text: figure === undefined ? '–' : `${figure} ${cited(source, recalled)}` },
          { text: what },
          { text: clock ? `${Number(clock.ghz.toFixed(2))} ${cited(clock.source, clock.recalled)}` : '–' },
        ];
      }),
    ),
    notes: notes.lines(),
  };
}

/** Those without a prediction, by why. */
export function absentLines({ absent }: Prediction): string[] {
  return [...groupBy(absent, ({ reason }) => reason)].map(
    ([reason, rows]) => `${rows.map(workloadName).join(', ')}: ${reason}`,
  );
}
