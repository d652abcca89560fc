/**
 * One run on many hosts, put together: hosts are the top random level. Each gives one number for each figure, and what is
 * inferred is about hosts like these, not about more launches on the same ones (docs/method.md).
 */
import { packageVersion } from '../../package.ts';
import {
  FLEET_SCHEMA,
  type Fleet,
  type FleetClass,
  type FleetFigure,
  MOST_TOLD,
} from '../../results/fleet/schema.ts';
import { UNKNOWN } from '../compare/hosts.ts';
import { LeftOut } from './left-out.ts';
import { mergeFigure } from './merge-figure.ts';
import type { ClassTable, FleetTable } from './table.ts';

/** `hosts`: all that were asked, in the order of their places in the table. */
export function mergeFleet(
  table: FleetTable,
  { hosts, publication }: Pick<Fleet, 'hosts' | 'publication'>,
): Fleet {
  return {
    schema: FLEET_SCHEMA,
    tool: { name: 'hvbench', version: packageVersion() },
    hosts,
    classes: table.classes().map(mergeClass),
    publication,
  };
}

function mergeClass(table: ClassTable): FleetClass {
  const { hostClass, hosts, rows, withoutControl } = table;
  const left = new LeftOut();
  const figures: FleetFigure[] = [];
  for (const row of rows.values()) {
    for (const figure of row.figures.values()) {
      const { figure: merged, refused } = mergeFigure(row, figure, hosts);
      figures.push(merged);
      for (const { host, why, reason } of refused) left.add(host, why, reason, row);
    }
    // What no computer could run is no loss; what failed is told even if it failed everywhere.
    if (row.figures.size === 0)
      for (const [host, { failed, reason }] of row.absent)
        if (failed) left.add(host, 'not-measured', reason, row);
  }
  return {
    ...{ hostClass, hosts, figures },
    differences: differencesOf(table),
    leftOut: left.list(),
    withoutControl: [...withoutControl.values()].map(({ suite, target, hosts: count }) => ({
      ...{ suite, isa: target.isa, hosts: count },
    })),
  };
}

/** What hosts of a class have in more than one way, the most frequent value first. */
function differencesOf({ facts, hosts }: ClassTable): FleetClass['differences'] {
  return [...facts].flatMap(([what, counts]) => {
    const told = [...counts.values()].reduce((sum, count) => sum + count, 0);
    const untold = hosts.length - told;
    const all = untold > 0 ? new Map(counts).set(UNKNOWN, (counts.get(UNKNOWN) ?? 0) + untold) : counts;
    const values = [...all]
      .map(([value, count]) => ({ value, hosts: count }))
      .sort((a, b) => b.hosts - a.hosts);
    if (values.length < 2) return [];
    const more = values.slice(MOST_TOLD).reduce((sum, one) => sum + one.hosts, 0);
    return [{ what, values: values.slice(0, MOST_TOLD), more }];
  });
}
