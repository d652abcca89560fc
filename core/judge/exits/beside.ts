/** Exits per operation and per iteration of several results, side by side. */
import { groupBy } from '../../group-by.ts';
import type { Isa, Result } from '../../results/schema.ts';
import { resultLetter } from '../compare/match.ts';
import type { ExitCounts } from './kinds.ts';
import { type CountedMachine, countedMachines } from './machine.ts';

export interface ExitColumn extends CountedMachine {
  /** Index of the result. */
  readonly result: number;
}

/** By reason, for one operation or iteration; or why there are none. */
export type ExitCell = { readonly counts: ExitCounts } | { readonly counts: null; readonly lack: string };

export interface ExitRow {
  readonly suite: string;
  readonly name: string;
  readonly isa: Isa;
  readonly kind: 'operation' | 'workload';
  /** SHA-256 of the machine code that all counts of the row are of. */
  readonly digest: string;
  /** One for each column. */
  readonly cells: readonly ExitCell[];
}

export interface ExitsBeside {
  readonly columns: readonly ExitColumn[];
  readonly rows: readonly ExitRow[];
}

interface Counted extends Omit<ExitRow, 'cells'> {
  readonly result: number;
  readonly hypervisor: string;
  /** The working set; null of an operation. */
  readonly argument: number | null;
  readonly counts: ExitCounts | undefined;
  readonly lack: string;
}

/**
 * A column for each guest of each result whose exits were counted, and a row for each operation and workload that one of
 * them counted. The first column that counted it says what machine code and working set the row is of; what is of another
 * is not laid beside it.
 */
export function exitsBeside(results: readonly Result[], suites?: readonly string[]): ExitsBeside {
  const columns = results.flatMap((result, index) =>
    countedMachines(result).map((machine): ExitColumn => ({ ...machine, result: index })),
  );
  const all = results
    .flatMap(countedIn)
    .filter(({ suite }) => suites === undefined || suites.includes(suite));
  const groups = groupBy(all, ({ kind, suite, name, isa }) => [isa, kind, suite, name].join(' '));
  return {
    columns,
    rows: [...groups.values()].flatMap((same) => {
      const of = columns.map((column) =>
        same.find(({ result, hypervisor }) => result === column.result && hypervisor === column.hypervisor),
      );
      const first = of.find((one) => one?.counts !== undefined);
      if (!first) return [];
      const { suite, name, isa, kind, digest } = first;
      return [{ suite, name, isa, kind, digest, cells: of.map((one) => cellOf(one, first)) }];
    }),
  };
}

function cellOf(one: Counted | undefined, first: Counted): ExitCell {
  if (!one) return { counts: null, lack: 'not in this result' };
  if (!one.counts) return { counts: null, lack: one.lack };
  const beside = `than in ${resultLetter(first.result)}`;
  if (one.digest !== first.digest) return { counts: null, lack: `other machine code ${beside}` };
  if (one.argument !== first.argument)
    return {
      counts: null,
      lack: `another working set ${beside}: ${one.argument} B, not ${first.argument} B`,
    };
  return { counts: one.counts };
}

function countedIn({ operations, measurements }: Result, result: number): Counted[] {
  return [
    ...measurements.map(
      ({
        suite,
        workload,
        isa,
        hypervisor,
        digest,
        argument,
        exitsPerIteration,
        status,
        error,
      }): Counted => ({
        ...{ result, suite, name: workload, isa, kind: 'workload', digest, hypervisor, argument },
        counts: exitsPerIteration,
        lack: status === 'ok' ? 'not counted per iteration' : (error ?? status),
      }),
    ),
    ...operations.map(
      ({ suite, operation, isa, hypervisor, digest, exitsPerOperation, status, error }): Counted => ({
        ...{ result, suite, name: operation, isa, kind: 'operation', digest, hypervisor, argument: null },
        counts: exitsPerOperation,
        lack: status === 'ok' ? 'not counted' : (error ?? status),
      }),
    ),
  ];
}
