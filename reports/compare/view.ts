/** A comparison as every format shows it: its results by letter, its verdicts in words, its counts. */

import { groupBy } from '../../core/group-by.ts';
import type { Comparison } from '../../core/judge/compare/compare.ts';
import { identityOf, type RowIdentity, resultLetter, rowName } from '../../core/judge/compare/match.ts';
import type { ChangeVerdict } from '../../core/judge/compare/verdict.ts';
import { count, dateTime } from '../../core/present/format.ts';
import { countText } from '../exits/words.ts';

export interface ComparedResult {
  /** As it was named: a folder or a file. */
  readonly path: string;
  readonly startedAt: string;
}

/** A comparison and where its results come from, in their order. */
export interface ComparisonReport extends Comparison {
  readonly results: readonly ComparedResult[];
}

/** "A: results/monday, 2026-11-23 20:01 UTC" */
export function resultLines({ results }: ComparisonReport): string[] {
  return results.map(
    ({ path, startedAt }, index) => `${resultLetter(index)}: ${path}, ${dateTime(startedAt)}`,
  );
}

/** Letters of all results but the first, which they are compared with. */
export function otherLetters({ results }: ComparisonReport): string[] {
  return results.slice(1).map((_, index) => resultLetter(index + 1));
}

export function marginText(margin: number): string {
  return `±${Number((margin * 100).toFixed(3))} %`;
}

export function verdictText(verdict: ChangeVerdict, margin: number): string {
  return verdict === 'same' ? `same within ${marginText(margin)}` : verdict;
}

export interface ChangeCounts extends Readonly<Record<ChangeVerdict, number>> {
  /** The result that is compared with A. */
  readonly letter: string;
  readonly rows: number;
}

/** How many rows became what, for each result but the first. */
export function changeCounts(report: ComparisonReport): ChangeCounts[] {
  return otherLetters(report).map((letter, index) => {
    const of = (verdict: ChangeVerdict) =>
      report.rows.filter(({ changes }) => changes[index]?.verdict === verdict).length;
    return {
      letter,
      worse: of('worse'),
      better: of('better'),
      same: of('same'),
      undecided: of('undecided'),
      rows: report.rows.length,
    };
  });
}

/** "2 worse, 1 better, 30 the same, 4 undecided of 37 rows; 3 rows not compared": a line for each result but the first. */
export function countLines(report: ComparisonReport): string[] {
  const left = absentRows(report).length;
  const rest = left > 0 ? `; ${count(left, 'row')} not compared` : '';
  const counts = changeCounts(report);
  return counts.map(({ letter, worse, better, same, undecided, rows }) => {
    const subject = counts.length > 1 ? `${letter} against A: ` : '';
    return `${subject}${worse} worse, ${better} better, ${same} the same, ${undecided} undecided of ${count(rows, 'row')}${rest}`;
  });
}

export interface AbsentRow extends RowIdentity {
  /** Letters of the results that have it. */
  readonly letters: readonly string[];
  readonly reason: string;
}

/** The rows that could not be matched, each once. */
export function absentRows({ unmatched }: ComparisonReport): AbsentRow[] {
  return [...groupBy(unmatched, identityOf).values()].flatMap((entries) =>
    entries.slice(0, 1).map(({ result, ...row }) => ({
      ...row,
      letters: entries.map((entry) => resultLetter(entry.result)),
    })),
  );
}

/** "cpu/sieve, kvm (x86_64), in A and B: the machine code differs". */
export function absentLines(report: ComparisonReport): string[] {
  const list = new Intl.ListFormat('en', { type: 'conjunction' });
  return absentRows(report).map(
    ({ letters, reason, ...row }) => `${rowName(row)}, in ${list.format(letters)}: ${reason}`,
  );
}

/** "privileged/remap, kvm (x86_64): page-fault 0 in A, 1 in B" */
export function exitLines({ exits }: ComparisonReport): string[] {
  return exits.map(
    ({ suite, name, isa, hypervisor, reason, result, before, after }) =>
      `${suite}/${name}, ${hypervisor} (${isa}): ${reason} ${countText(before)} in A, ${countText(after)} in ${resultLetter(result)}`,
  );
}

export const EXITS_TITLE = 'Exits that changed, per operation or iteration';

export const SAME_HOSTS = 'The recorded facts about the hosts are identical.';

export const NO_ROWS = 'No row could be compared. The contents of each result are listed below.';

/** What the figures mean. */
export function legend({ margin }: ComparisonReport): string {
  const within = marginText(margin);
  return (
    'Overheads are against native in the same run. A change is the change in guest time ÷ native time against ' +
    `A, with its 95 % CI; above 0, the guest became slower. Worse or better: the whole CI lies beyond ${within}. ` +
    'Same: all of it lies within. Otherwise undecided.'
  );
}
