/** What is in no mean, with the reason: told once for all hosts and rows that it holds for. */
import { groupBy } from '../../group-by.ts';
import { type FigureReason, type FleetLeftOut, MOST_TOLD } from '../../results/fleet/schema.ts';
import { dimensionWords } from '../compare/match-metrics.ts';
import type { RowTable } from './table.ts';

type Scope = Pick<FleetLeftOut, 'why' | 'reason' | 'suite' | 'target'>;

interface Entry extends Scope {
  readonly host: number;
  readonly rows: Set<string>;
}

export class LeftOut {
  readonly #entries = new Map<string, Entry>();

  /** A row that is left out by several of its figures for the same reason counts once. */
  add(host: number, why: FigureReason, reason: string, row: RowTable): void {
    const { hypervisor, isa } = row.target;
    const scope: Scope = { why, reason, suite: row.suite, target: { hypervisor, isa } };
    const key = JSON.stringify([host, scope]);
    const entry = this.#entries.get(key) ?? { ...scope, host, rows: new Set<string>() };
    this.#entries.set(key, entry);
    entry.rows.add(rowWords(row));
  }

  /** Hosts of which the same rows are left out for the same reason stand together. */
  list(): FleetLeftOut[] {
    const groups = groupBy(this.#entries.values(), ({ host, rows, ...scope }) =>
      JSON.stringify([scope, [...rows]]),
    );
    return [...groups.values()].flatMap((entries): FleetLeftOut[] =>
      entries.slice(0, 1).map(({ host: _, rows, ...scope }) => ({
        ...scope,
        rows: [...rows].slice(0, MOST_TOLD),
        rowCount: rows.size,
        hosts: entries.map(({ host }) => host),
      })),
    );
  }
}

/** "sha256", "mean", "bare/warm pc" */
function rowWords({ dimensions, target, workloads }: RowTable): string {
  if (workloads !== null) return 'mean';
  return [dimensionWords({ dimensions }).join('/'), target.machineType].filter(Boolean).join(' ');
}
