/** Single operations as reports lay them out: a row for each, a column for each machine. */
import { groupBy } from '../../core/group-by.ts';
import type { TextCell, TextTable } from '../../core/model/section.ts';
import { Footnotes } from '../../core/present/footnotes.ts';
import { duration, percent, threeDigits } from '../../core/present/format.ts';
import type { Interval, Isa, OperationResult, Result } from '../../core/results/schema.ts';
import { NATIVE } from '../view.ts';
import { noOperationFigure } from '../without-figure.ts';

/** An interval's half-width is shown from here on, as a fraction of the estimate. */
const WIDE = 0.05;

export interface OperationRow {
  readonly operation: string;
  readonly title: string;
  /** By hypervisor. */
  readonly results: ReadonlyMap<string, OperationResult>;
}

export interface OperationGroup {
  readonly suite: string;
  readonly isa: Isa;
  /** Native first, then those that could do anything, in the result's order. */
  readonly hypervisors: readonly string[];
  readonly rows: readonly OperationRow[];
}

/** One group for each suite and ISA. */
export function operationGroups({ operations, hypervisors }: Result): OperationGroup[] {
  return [...groupBy(operations, ({ suite, isa }) => `${suite} ${isa}`).values()].map((members) => {
    const able = new Set(
      members.filter(({ status }) => status !== 'unavailable').map(({ hypervisor }) => hypervisor),
    );
    const first = members[0] as OperationResult;
    return {
      suite: first.suite,
      isa: first.isa,
      hypervisors: [NATIVE, ...hypervisors.map(({ id }) => id).filter((id) => id !== NATIVE)].filter((id) =>
        able.has(id),
      ),
      rows: [...groupBy(members, ({ operation }) => operation)].map(([operation, results]) => ({
        operation,
        title: results[0]?.title ?? '',
        results: new Map(results.map((result) => [result.hypervisor, result])),
      })),
    };
  });
}

/** Cycles to three digits: `1.4`, `35`, `12,700`, `1.81M`. */
export function cyclesText(cycles: number): string {
  if (Number(cycles.toFixed(1)) < 10) return cycles.toFixed(1);
  const rounded = Number(cycles.toPrecision(3));
  return rounded < 1e6 ? Math.round(rounded).toLocaleString('en') : `${threeDigits(cycles / 1e6)}M`;
}

/** `±12 %` if the interval is wide enough to matter. */
export function spread({ estimate, low, high }: Interval): string {
  const width = (high - low) / 2 / estimate;
  if (width < WIDE) return '';
  return width > 1 ? '±>100 %' : percent(width, 0).replace('+', '±');
}

function cell(result: OperationResult | undefined, notes: Footnotes): TextCell {
  if (!result) return { text: 'not run' };
  const { nsPerOperation: ns, cyclesPerOperation: cycles } = result;
  if (!ns) {
    const word = result.status === 'ok' ? 'no figure' : result.status;
    return { text: `${word} ${notes.mark(result.error ?? noOperationFigure(result))}` };
  }
  const mark =
    result.counterpart === null ? '' : ` ${notes.mark(`native counterpart: ${result.counterpart}`)}`;
  const range = [cycles && `${cyclesText(cycles.estimate)} cy`, spread(ns)].filter(Boolean).join(' ');
  return { text: `${duration(ns.estimate)}${mark}`, range };
}

/** What readers need to know on some hosts only. */
export function emulationNote({ host, operations }: Result, isa: Isa): string[] {
  const shown = operations.find(
    (row) =>
      row.isa === isa &&
      row.operation === 'loop' &&
      row.technique === 'direct-execution' &&
      row.nsPerOperation !== null,
  );
  if (!shown?.nsPerOperation || host.kvm.backing !== 'kvm_pvm') return [];
  return [
    `kvm_pvm backs KVM here and emulates code at privilege level 0: its columns show an emulator, in which one iteration of an empty loop takes ${duration(shown.nsPerOperation.estimate)}, not the exits of a CPU with hardware assist.`,
  ];
}

/** A table for each suite and ISA: time and cycles of each operation on each machine. */
export function operationTables(result: Result): TextTable[] {
  return operationGroups(result).map(({ isa, hypervisors, rows }) => {
    const notes = new Footnotes();
    const body = rows.map(({ operation, results }) => [
      { text: operation },
      ...hypervisors.map((id) => cell(results.get(id), notes)),
    ]);
    return {
      title: `Privileged operations (${isa})`,
      about:
        "Time of one operation by the host clock, and in reference cycles (cy: that time × the rate of native's time-stamp counter). ±: half the 95 % CI, if that is 5 % or more.",
      head: ['operation', ...hypervisors],
      rows: body,
      notes: [...notes.lines(), ...emulationNote(result, isa)],
    };
  });
}
