/** An A/B as every format shows it: its outcome in a sentence, its figures by verdict, in words. */
import { groupBy } from '../../core/group-by.ts';
import { type Ab, type AbFigure, type AbVerdict, figureName } from '../../core/judge/ab/ab.ts';
import type { Unit } from '../../core/model/row.ts';
import type { TextTable } from '../../core/model/section.ts';
import { count, dateTime, overheadPhrase, overheadText, percent } from '../../core/present/format.ts';
import { confidenceText } from '../gate/view.ts';
import { valueCell, valuePhrase } from '../metric-figures.ts';
import { variantLines } from '../variants.ts';

/** Up to so many figures are all shown; of more, those without anything to tell are only counted. */
const ALL_SHOWN = 30;

export const AB_VERDICTS = ['regressed', 'improved', 'undecided', 'same'] as const satisfies AbVerdict[];

export function verdictWords({ base }: Ab, verdict: AbVerdict): string {
  const words = { regressed: `worse than ${base.id}`, improved: `better than ${base.id}` };
  return verdict === 'regressed' || verdict === 'improved' ? words[verdict] : WORDS[verdict];
}

const WORDS = { undecided: 'undecided', same: 'the same' } as const;

/** Figures with this verdict, the largest change first. */
export function withVerdict({ figures }: Ab, verdict: AbVerdict): AbFigure[] {
  const size = ({ change }: AbFigure) => Math.abs(Math.log1p(change.estimate));
  return figures.filter((one) => one.verdict === verdict).sort((a, b) => size(b) - size(a));
}

/** "new is worse than old: 2 of 18 figures" */
export function outcome(ab: Ab): string {
  const { base, candidate, figures } = ab;
  const of = (verdict: AbVerdict) => withVerdict(ab, verdict).length;
  const all = count(figures.length, 'figure');
  const rest = of('improved') > 0 ? `, and better in ${of('improved')}` : '';
  if (of('regressed') > 0)
    return `${candidate.id} is worse than ${base.id} in ${of('regressed')} of ${all}${rest}`;
  if (of('improved') > 0)
    return `${candidate.id} is better than ${base.id} in ${of('improved')} of ${all}, and worse in none`;
  if (of('same') === figures.length) return `${candidate.id} is the same as ${base.id} in ${all}`;
  return `${candidate.id} shows no regression against ${base.id}: ${count(of('undecided'), 'figure')} undecided, ${of('same')} the same`;
}

/** "2 regressed, 1 improved, 3 undecided, 12 the same; 1 not judged" */
export function countLine(ab: Ab): string {
  const words = AB_VERDICTS.map(
    (verdict) => `${withVerdict(ab, verdict).length} ${verdict === 'same' ? 'the same' : verdict}`,
  );
  const rest = ab.absent.length > 0 ? `; ${ab.absent.length} not judged` : '';
  return `${words.join(', ')}${rest}`;
}

/** What was measured. */
export function contextLines({ base, candidate, folder, startedAt, elapsedSeconds }: Ab): string[] {
  const role = (what: string, info: Ab['base']) =>
    `${what}: ${info.variant ? (variantLines([info])[0] ?? '') : `${[info.id, info.version].filter(Boolean).join(' ')}, ${info.title}.`}`;
  return [
    role('Base', base),
    role('Candidate', candidate),
    `Measured side by side from ${dateTime(startedAt)} on, in ${elapsedSeconds.toFixed(0)} s: ${folder}`,
  ];
}

export function legend({ base, candidate, alpha, firstLaunches, looks, figures }: Ab): string {
  const sure = [...new Set(figures.map(({ confidence }) => confidenceText(confidence)))].join(' or ');
  const course =
    firstLaunches === null
      ? ''
      : ` After ${count(firstLaunches, 'launch', 'launches')} of everything, more went to the rows that were still undecided, ` +
        `which were looked at up to ${looks} times.`;
  return (
    `Change: ${candidate.id} ÷ ${base.id} − 1 within the same rounds, 95 % CI over launches.${course} A verdict of worse or ` +
    `better takes a CI of ${sure} beyond the minimum effect, so that the chance of any false alarm is at most ` +
    `${percent(alpha, 1).replace('+', '')}.`
  );
}

export function effectText({ minimumEffect: { fraction } }: AbFigure): string {
  return `±${Number((fraction * 100).toPrecision(3))} %`;
}

/** A figure in a sentence, for where there is no table. */
export function figurePhrase(figure: AbFigure, { base: from, candidate: to }: Ab): string {
  const { base, candidate, unit, change, better } = figure;
  const values =
    base === null || candidate === null
      ? ''
      : `${valuePhrase(base, unit)} in ${from.id}, ${valuePhrase(candidate, unit)} in ${to.id}; `;
  return `${values}change ${overheadPhrase(change)}, ${better} is better, minimum effect ${effectText(figure)}`;
}

export function reasonLines(figures: readonly AbFigure[]): string[] {
  return figures.map((figure) => `${figureName(figure)}: ${figure.reason}`);
}

export function absentLines({ absent }: Ab): string[] {
  return absent.map((one) => `${figureName(one)}: ${one.reason}`);
}

/** The figures that a table for people has, those that matter most first. */
export function shownFigures(ab: Ab): AbFigure[] {
  const all = ab.figures.length <= ALL_SHOWN;
  const looksChanged = ({ change, minimumEffect }: AbFigure) =>
    Math.abs(change.estimate) > minimumEffect.fraction;
  return [
    ...withVerdict(ab, 'regressed'),
    ...withVerdict(ab, 'improved'),
    ...withVerdict(ab, 'undecided').filter((one) => all || looksChanged(one)),
    ...(all ? withVerdict(ab, 'same') : []),
  ];
}

export function leftOutLine(ab: Ab): string[] {
  const shown = new Set(shownFigures(ab));
  const left = ab.figures.filter((figure) => !shown.has(figure));
  if (left.length === 0) return [];
  const same = left.filter(({ verdict }) => verdict === 'same').length;
  return [
    `${count(left.length, 'more figure')} ${left.length === 1 ? 'differs' : 'differ'} by less than the minimum effect: ` +
      `${same} the same, ${left.length - same} undecided.`,
  ];
}

const NO_FIGURE = { text: '–' };

/** A table of figures for each suite. */
export function tablesOf(figures: readonly AbFigure[], { base, candidate }: Ab): TextTable[] {
  return [...groupBy(figures, ({ suite }) => suite)].map(([suite, own]): TextTable => {
    const higher = own.filter(({ better }) => better === 'higher').map(({ title }) => title);
    const effects = own.flatMap((one) =>
      one.minimumEffect.reason === null
        ? []
        : [`${one.title}: changes within ${effectText(one)} count as none: ${one.minimumEffect.reason}`],
    );
    return {
      title: `${suite}: ${candidate.id} against ${base.id}`,
      about: '',
      // What matters first: a narrow terminal splits the table in the middle.
      head: ['figure', 'verdict', 'change', 'minimum effect', base.id, candidate.id],
      rows: own.map((figure) => {
        const cell = (value: AbFigure['base'], unit: Unit) =>
          value === null ? NO_FIGURE : valueCell(value, unit);
        const { value, range } = overheadText(figure.change);
        return [
          { text: figureName(figure) },
          { text: figure.verdict },
          range ? { text: value, range } : { text: value },
          { text: effectText(figure) },
          cell(figure.base, figure.unit),
          cell(figure.candidate, figure.unit),
        ];
      }),
      notes: [
        ...(higher.length > 0 ? [`more is better: ${[...new Set(higher)].join(', ')}`] : []),
        ...new Set(effects),
      ],
    };
  });
}
