/** A fleet in lines, tables and lists, for a terminal and as Markdown. */
import { plainDeep } from '../../core/present/format.ts';
import type { Fleet } from '../../core/results/fleet/schema.ts';
import type { TablePage } from '../tables.ts';
import { controlLines, differenceLines, leftOutLines } from './left-out.ts';
import { fleetTables, summaryTables } from './tables.ts';
import { contextLines, headlines, isMean } from './view.ts';

export const LISTS = [
  ['Left out, and why', leftOutLines],
  ['Without a control', controlLines],
  ['What differs between hosts of a class', differenceLines],
] as const;

/** `brief`: of suites of workloads their means alone. */
export function fleetPage(raw: Fleet, { brief = false } = {}): TablePage {
  const fleet = plainDeep(raw);
  const rows = fleet.classes.some(({ figures }) => figures.some(isMean));
  return {
    title: 'One run on many hosts: overhead against native',
    lines: [...headlines(fleet), ...contextLines(fleet)],
    tables: brief ? summaryTables(fleet) : fleetTables(fleet),
    lists: [
      ...(brief && rows
        ? [{ title: 'Each workload', lines: ['fleet.md, fleet.html and fleet.csv have it'] }]
        : []),
      ...LISTS.map(([title, lines]) => ({ title, lines: lines(fleet) })),
    ],
  };
}
