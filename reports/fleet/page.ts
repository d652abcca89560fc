/** A fleet in lines, tables and lists, for a terminal and as Markdown. */
import { plainDeep } from '../../core/present/format.ts';
import type { Fleet } from '../../core/results/fleet/schema.ts';
import type { TablePage } from '../tables.ts';
import { controlLines, differenceLines, leftOutLines } from './left-out.ts';
import { fleetTables } from './tables.ts';
import { contextLines, headlines } from './view.ts';

export const LISTS = [
  ['Left out, and why', leftOutLines],
  ['Without a control', controlLines],
  ['What differs between hosts of a class', differenceLines],
] as const;

export function fleetPage(raw: Fleet): TablePage {
  const fleet = plainDeep(raw);
  return {
    title: 'One run on many hosts: overhead against native',
    lines: [...headlines(fleet), ...contextLines(fleet)],
    tables: fleetTables(fleet),
    lists: LISTS.map(([title, lines]) => ({ title, lines: lines(fleet) })),
  };
}
