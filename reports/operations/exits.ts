/** Where an overhead comes from: how often a guest left the CPU, and what each time costs. */
import { groupBy } from '../../core/group-by.ts';
import { asynchronousOf, causesOf, type ExitCounts, synchronousOf } from '../../core/judge/exits/kinds.ts';
import { ownUnitNs } from '../../core/judge/predict/own-costs.ts';
import type { TextCell, TextTable } from '../../core/model/section.ts';
import { isPrecise, overheadText, percent } from '../../core/present/format.ts';
import type { Measurement, OperationResult, Result } from '../../core/results/schema.ts';
import { countsPhrase } from '../exits/words.ts';

/** Fewer than this per second explain nothing. */
const RARE = 1;
/** An iteration causes too few to read. */
const PER_ITERATIONS = 1000;

/** Exits per second by reason, `other` for those that fall under none, the most frequent first. */
export function reasonsOf(exits: ExitCounts): [reason: string, perSecond: number][] {
  return causesOf(exits)
    .filter(([, perSecond]) => perSecond >= RARE)
    .sort(([, a], [, b]) => b - a);
}

/**
 * The part of an overhead (a fraction of native time) that exits account for: in a second of the guest they take
 * Σ rate × unit cost, and a second of the guest is 1 ÷ (1 + overhead) seconds of native. Null if the cost of
 * some exit is not known.
 */
export function explainedBy(operations: readonly OperationResult[], row: Measurement): number | null {
  if (!row.exitsPerSecond || !row.overhead) return null;
  let seconds = 0;
  for (const [reason, perSecond] of reasonsOf(row.exitsPerSecond)) {
    const ns = ownUnitNs(operations, row, reason);
    if (ns === null) return null;
    seconds += (perSecond * ns) / 1e9;
  }
  return seconds * (1 + row.overhead.estimate);
}

/** Without a sign before zero. */
const whole = (value: number) => (Math.round(value) || 0).toLocaleString('en');

function cells(row: Measurement, operations: readonly OperationResult[], perIteration: boolean): TextCell[] {
  const exits = row.exitsPerSecond ?? {};
  const reasons = reasonsOf(exits).map(([reason, perSecond]) => `${reason} ${whole(perSecond)}`);
  const explained = row.overhead && isPrecise(row.overhead) ? explainedBy(operations, row) : null;
  const overhead = row.overhead ? overheadText(row.overhead) : null;
  return [
    { text: row.workload },
    overhead ? { text: overhead.value, range: overhead.range } : { text: '–' },
    { text: whole(exits.exits ?? reasonsOf(exits).reduce((sum, [, perSecond]) => sum + perSecond, 0)) },
    { text: reasons.join(', ') || 'none' },
    ...(perIteration ? [iterationCell(row)] : []),
    { text: explained === null ? '–' : percent(explained, 2) },
    { text: explained === null || !row.overhead ? '–' : percent(row.overhead.estimate - explained, 2) },
  ];
}

const PER_ITERATION =
  'Per 1000 iterations: those that the workload causes, and below them the asynchronous ones, of which a slower computer takes more. ';

/** Per thousand iterations: those that the workload causes, with the others below them. */
function iterationCell({ exitsPerIteration: counts }: Measurement): TextCell {
  if (!counts) return { text: '–' };
  const chance = countsPhrase(asynchronousOf(counts), PER_ITERATIONS);
  return {
    text: countsPhrase(synchronousOf(counts), PER_ITERATIONS) || 'none',
    ...(chance && { also: { text: `asynchronous: ${chance}` } }),
  };
}

/** A table for each suite, ISA and hypervisor whose exits were counted. */
export function exitTables({ measurements, operations }: Result): TextTable[] {
  const counted = measurements.filter(({ exitsPerSecond, overhead }) => exitsPerSecond && overhead);
  return [...groupBy(counted, ({ suite, isa, hypervisor }) => `${hypervisor}, ${suite} (${isa})`)].map(
    ([name, rows]) => {
      // Results of before that have none.
      const perIteration = rows.some(({ exitsPerIteration }) => exitsPerIteration !== undefined);
      const costed = rows.some((row) => explainedBy(operations, row) !== null);
      return {
        title: `Where the overhead comes from: ${name}`,
        about: `Exits per second, in total and by reason. ${perIteration ? PER_ITERATION : ''}Explained: exits × the cost of one exit from the suite privileged, minus what native pays for the same; an interrupt or another exit counts as the shortest one, CPUID. Left: other causes, or noise.`,
        head: [
          'workload',
          'overhead',
          'exits/s',
          'by reason, per second',
          ...(perIteration ? ['per 1000 iterations'] : []),
          'explained',
          'left',
        ],
        rows: rows.map((row) => cells(row, operations, perIteration)),
        notes: costed ? [] : ['This run did not measure what an exit costs: add the suite privileged.'],
      };
    },
  );
}
