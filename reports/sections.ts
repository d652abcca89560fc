/** What there is to say about a result, in the order of every report: adding a kind of figure is a line here. */
import type { Section } from '../core/model/section.ts';
import type { Result } from '../core/results/schema.ts';
import { presentBoot } from '../suites/boot/present/index.ts';
import { presentConsolidation } from '../suites/consolidation/present/index.ts';
import { presentDensity } from '../suites/density/present/index.ts';
import { presentOperations } from './operations/present.ts';
import { presentPublished } from './published.ts';
import { presentStarts } from './starts.ts';
import { presentWorkloads } from './workloads/present.ts';

const PRESENTERS: readonly ((result: Result) => Section[])[] = [
  presentWorkloads,
  presentPublished,
  presentStarts,
  presentOperations,
  presentBoot,
  presentConsolidation,
  presentDensity,
];

/** The sections of a result whose texts are plain; none of what was not measured. */
export function sectionsOf(result: Result): Section[] {
  return PRESENTERS.flatMap((present) => present(result));
}
