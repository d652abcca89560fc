/** Where an overhead comes from: how often a guest left the CPU, and what each time costs. */
import { groupBy } from '../../core/group-by.ts';
import type { TextCell, TextTable } from '../../core/model/section.ts';
import { isPrecise, overheadText, percent } from '../../core/present/format.ts';
import type { Measurement, OperationResult, Result } from '../../core/results/schema.ts';
import { NATIVE } from '../view.ts';

/** The operation whose cost stands for one exit of a reason; for any other reason, the shortest exit. */
const UNIT: Readonly<Record<string, string>> = {
  io: 'out',
  mmio: 'mmio-read',
  halt: 'hlt',
  hypercall: 'hypercall',
  'page-fault': 'fresh-page',
  interrupt: 'cpuid',
  other: 'cpuid',
};
/** These say of exits what became of them: they are counted under a reason already. */
const FATES = ['exits', 'user', 'emulation'];
/** Fewer than this per second explain nothing. */
const RARE = 1;

/** Exits per second by reason, `other` for those that fall under none, the most frequent first. */
export function reasonsOf(exits: Readonly<Record<string, number>>): [reason: string, perSecond: number][] {
  const known = Object.entries(exits).filter(([reason]) => !FATES.includes(reason));
  const sum = known.reduce((total, [, perSecond]) => total + perSecond, 0);
  const other: [string, number][] = exits.exits === undefined ? [] : [['other', exits.exits - sum]];
  return [...known, ...other].filter(([, perSecond]) => perSecond >= RARE).sort(([, a], [, b]) => b - a);
}

/** What one exit costs more than the same thing natively, ns; null if it was not measured. */
function unitNs(operations: readonly OperationResult[], row: Measurement, reason: string): number | null {
  const cost = (hypervisor: string) =>
    operations.find(
      (one) => one.operation === UNIT[reason] && one.isa === row.isa && one.hypervisor === hypervisor,
    );
  const own = cost(row.hypervisor)?.nsPerOperation?.estimate;
  if (own === undefined) return null;
  // A page that is touched first costs a fault natively as well; native code takes none of the other exits.
  const saved = reason === 'page-fault' ? (cost(NATIVE)?.nsPerOperation?.estimate ?? 0) : 0;
  return own - saved;
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
    const ns = unitNs(operations, row, reason);
    if (ns === null) return null;
    seconds += (perSecond * ns) / 1e9;
  }
  return seconds * (1 + row.overhead.estimate);
}

/** Without a sign before zero. */
const whole = (value: number) => (Math.round(value) || 0).toLocaleString('en');

function cells(row: Measurement, operations: readonly OperationResult[]): TextCell[] {
  const exits = row.exitsPerSecond ?? {};
  const reasons = reasonsOf(exits).map(([reason, perSecond]) => `${reason} ${whole(perSecond)}`);
  const explained = row.overhead && isPrecise(row.overhead) ? explainedBy(operations, row) : null;
  const overhead = row.overhead ? overheadText(row.overhead) : null;
  return [
    { text: row.workload },
    overhead ? { text: overhead.value, range: overhead.range } : { text: '–' },
    { text: whole(exits.exits ?? reasonsOf(exits).reduce((sum, [, perSecond]) => sum + perSecond, 0)) },
    { text: reasons.join(', ') || 'none' },
    { text: explained === null ? '–' : percent(explained, 2) },
    { text: explained === null || !row.overhead ? '–' : percent(row.overhead.estimate - explained, 2) },
  ];
}

/** A table for each suite, ISA and hypervisor whose exits were counted. */
export function exitTables({ measurements, operations }: Result): TextTable[] {
  const counted = measurements.filter(({ exitsPerSecond, overhead }) => exitsPerSecond && overhead);
  return [...groupBy(counted, ({ suite, isa, hypervisor }) => `${hypervisor}, ${suite} (${isa})`)].map(
    ([name, rows]) => {
      const costed = rows.some((row) => explainedBy(operations, row) !== null);
      return {
        title: `Where the overhead comes from: ${name}`,
        about:
          'Exits per second, in total and by reason. Explained: exits × the cost of one exit from the suite privileged, minus what native pays for the same; an interrupt or another exit counts as the shortest one, CPUID. Left: other causes, or noise.',
        head: ['workload', 'overhead', 'exits/s', 'by reason, per second', 'explained', 'left'],
        rows: rows.map((row) => cells(row, operations)),
        notes: costed ? [] : ['This run did not measure what an exit costs: add the suite privileged.'],
      };
    },
  );
}
