/** What there is to say about a result, in the order of every report. */
import type { Section } from '../core/model/section.ts';
import type { Result } from '../core/results/schema.ts';
import type { KeptSuite } from '../core/results/suite-records.ts';
import { presentOperations } from './operations/present.ts';
import { presentPublished } from './published.ts';
import { presentRows } from './rows.ts';
import { presentStarts } from './starts.ts';
import { presentWorkloads } from './workloads/present.ts';

/** Of workloads and operations, which are measured by the engine itself. */
const PRESENTERS: readonly ((result: Result) => Section[])[] = [
  presentWorkloads,
  presentPublished,
  presentStarts,
  presentOperations,
];

/**
 * The sections of a result whose texts are plain; none of what was not measured. A suite with a method of its own says
 * what there is to say of it; of one that says nothing, or that is not among these, the rows are shown.
 */
export function sectionsOf(result: Result, suites: readonly KeptSuite[]): Section[] {
  const own = suites.flatMap(({ name, method }) => {
    const present = method?.present;
    const details = result.details[name];
    return present && details ? [{ name, sections: present(details, result) }] : [];
  });
  const told = new Set(own.map(({ name }) => name));
  const others = Object.keys(result.details).filter((name) => !told.has(name));
  return [
    ...PRESENTERS.flatMap((present) => present(result)),
    ...own.flatMap(({ sections }) => sections),
    ...others.flatMap((name) => presentRows(name, result, suites)),
  ];
}

/** What the report is about, which stands before the verdicts, and the rest; each in its order. */
export function leadFirst(sections: readonly Section[]): readonly [lead: Section[], others: Section[]] {
  const leads = ({ place }: Section) => place === 'lead';
  return [sections.filter(leads), sections.filter((section) => !leads(section))];
}
