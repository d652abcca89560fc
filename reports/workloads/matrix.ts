/** Workloads by hypervisors: what each costs against native, a table for each ISA. */
import { groupBy } from '../../core/group-by.ts';
import type { TextCell, TextTable, Tone } from '../../core/model/section.ts';
import { Footnotes } from '../../core/present/footnotes.ts';
import { duration, NOT_PRECISE, overheadText, PRECISE_WITHIN } from '../../core/present/format.ts';
import type { Interval, Result } from '../../core/results/schema.ts';
import { bandText } from '../verdicts.ts';
import { CONTROL, type Group, groupsOf, guestOrder, notableCpu, type WorkloadRow } from '../view.ts';
import { noFigure } from '../without-figure.ts';

/** From here on an overhead is more than was ever called usual for a hypervisor (the band of 10–30 %). */
const HEAVY = 0.3;

const NOTHING: TextCell = { text: '–', tone: 'quiet' };

/** A table in the making. */
interface Draft {
  /** Overheads up to here, a fraction, count as none. */
  readonly negligible: number;
  readonly hypervisors: readonly string[];
  readonly notes: Footnotes;
}

/** What the whole interval says; the control tells of noise, not of costs. */
function toneOf({ low, high }: Interval, hypervisor: string, negligible: number): Tone {
  if (hypervisor === CONTROL) return 'quiet';
  if (high <= negligible) return 'negligible';
  if (low <= negligible) return 'undecided';
  return low > HEAVY ? 'heavy' : 'more';
}

function figure(overhead: Interval): Pick<TextCell, 'text' | 'range'> {
  const { value, range } = overheadText(overhead);
  return range ? { text: value, range } : { text: value };
}

function overheadCell(overhead: Interval, hypervisor: string, { negligible }: Draft): TextCell {
  return { ...figure(overhead), tone: toneOf(overhead, hypervisor, negligible) };
}

function guestCell({ guests, native }: WorkloadRow, id: string, draft: Draft): TextCell {
  const m = guests.get(id);
  if (!m) return { text: 'not run', tone: 'quiet' };
  if (m.status !== 'ok' || !m.overhead) {
    const word = m.status === 'ok' ? 'no figure' : m.status;
    const text = `${word} ${draft.notes.mark(m.error ?? noFigure(m, native))}`;
    return { text, tone: m.status === 'failed' ? 'failed' : 'quiet' };
  }
  const wall = overheadCell(m.overhead, id, draft);
  const cpu = notableCpu(m);
  if (!cpu) return wall;
  const { text, ...range } = figure(cpu);
  return { ...wall, also: { text: `CPU ${text}`, ...range } };
}

function nativeCell({ native }: WorkloadRow, notes: Footnotes): TextCell {
  if (native?.nsPerIteration) return { text: duration(native.nsPerIteration.estimate) };
  const [word, reason] =
    native?.status === 'ok'
      ? ['no figure', noFigure(native, undefined)]
      : [native?.status ?? 'not run', native?.error ?? 'native was not run'];
  return { text: `${word} ${notes.mark(reason)}`, tone: 'failed' };
}

/** The suite's name with its geometric means, or with why a hypervisor has no figure at all. */
function headRow({ suite, means, absent, rows }: Group, draft: Draft): TextCell[] {
  const cells = draft.hypervisors.map((id): TextCell => {
    const reason = absent.find(({ hypervisor }) => hypervisor === id)?.reason;
    if (reason !== undefined) return { text: `unavailable ${draft.notes.mark(reason)}`, tone: 'quiet' };
    // Of one workload its own row says it.
    const mean = rows.length > 1 ? means.get(id) : undefined;
    if (!mean?.overhead) return { text: '' };
    const cell = overheadCell(mean.overhead, id, draft);
    if (mean.workloads >= rows.length) return cell;
    const mark = draft.notes.mark(`geometric mean of ${mean.workloads} of ${rows.length} workloads`);
    return { ...cell, text: `${cell.text} ${mark}` };
  });
  const summed = rows.length > 1 && draft.hypervisors.some((id) => means.get(id)?.overhead);
  const head: TextCell = { text: suite, ...(summed && { range: 'geometric mean' }), heads: true };
  return cells.some(({ text }) => text) ? [head, { text: '' }, ...cells] : [head];
}

function groupRows(group: Group, draft: Draft): TextCell[][] {
  const { guests, absent } = group;
  const known = new Set([...guests, ...absent.map(({ hypervisor }) => hypervisor)]);
  const cell = (row: WorkloadRow, id: string) =>
    guests.includes(id) || !known.has(id) ? guestCell(row, id, draft) : NOTHING;
  return [
    headRow(group, draft),
    ...group.rows.map((row) => [
      { text: row.workload },
      nativeCell(row, draft.notes),
      ...draft.hypervisors.map((id) => cell(row, id)),
    ]),
  ];
}

/** Those that can run, but nothing of this ISA; what cannot run at all is told once (`lacksOf`). */
function absences(
  groups: readonly Group[],
  { hypervisors }: Draft,
  available: ReadonlySet<string>,
): string[] {
  const lines = groups.flatMap(({ absent }) =>
    absent
      .filter(({ hypervisor }) => available.has(hypervisor) && !hypervisors.includes(hypervisor))
      .map(({ hypervisor, reason }) => `${hypervisor} unavailable: ${reason}`),
  );
  return [...new Set(lines)];
}

function keyOf(cells: readonly TextCell[], negligible: number): NonNullable<TextTable['key']> {
  const limit = percentOf(negligible);
  const words: readonly (readonly [Tone, string])[] = [
    ['negligible', `negligible, ${bandText({ low: null, high: negligible })}`],
    ['more', `more than ${limit}`],
    ['heavy', `more than ${percentOf(HEAVY)}`],
    ['undecided', `undecided, ${limit} is within the CI`],
  ];
  const seen = new Set(cells.map(({ tone }) => tone));
  return words.filter(([tone]) => seen.has(tone));
}

const percentOf = (fraction: number) => `${Number((fraction * 100).toFixed(2))} %`;

const ABOUT =
  'native: time per iteration. Hypervisors: wall-clock overhead [95 % CI], and CPU overhead if it differs. ' +
  'control: a second native machine; it shows the noise of this run.';

const IMPRECISE = `${NOT_PRECISE}: the ends of the CI are more than a factor of ${PRECISE_WITHIN} apart; a longer run narrows it.`;

/** A table for each ISA, of all suites measured on it; hypervisors that could do nothing there have no column. */
export function overheadTables(result: Result): TextTable[] {
  const available = new Set(result.hypervisors.flatMap(({ id, available: can }) => (can ? [id] : [])));
  const order = guestOrder(result);
  const tables = [...groupBy(groupsOf(result), ({ isa }) => isa)].map(([isa, groups]) => {
    const draft: Draft = {
      negligible: result.plan.negligible,
      hypervisors: order.filter((id) => groups.some(({ guests }) => guests.includes(id))),
      notes: new Footnotes(),
    };
    const rows = groups.flatMap((group) => groupRows(group, draft));
    return {
      title: `Overhead against native (${isa})`,
      head: ['workload', 'native', ...draft.hypervisors],
      rows,
      notes: [...draft.notes.lines(), ...absences(groups, draft, available)],
    };
  });
  const cells = tables.flatMap(({ rows }) => rows.flat());
  const key = keyOf(cells, result.plan.negligible);
  const about = cells.some(({ text }) => text.startsWith(NOT_PRECISE)) ? `${ABOUT} ${IMPRECISE}` : ABOUT;
  return tables.map((table) => ({ ...table, about, key }));
}
