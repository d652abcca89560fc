/** An A/B as JUnit XML: a suite for each suite and ISA, a case for each figure. */
import { type Ab, type AbAbsence, type AbFigure, figureName } from '../../core/judge/ab/ab.ts';
import { plainDeep } from '../../core/present/format.ts';
import { type Case, type Finding, junitDocument } from '../junit.ts';
import { figurePhrase } from './view.ts';

export function renderJunit(raw: Ab): string {
  const ab = plainDeep(raw);
  const caseOf = (one: AbFigure | AbAbsence, finding: Finding | null): Case => ({
    suite: [ab.candidate.id, one.machineType, one.isa, one.suite].filter(Boolean).join('.'),
    name: [Object.values(one.dimensions).join('/') || 'all rows', one.metric].filter(Boolean).join(': '),
    finding,
  });
  const findingOf = (figure: AbFigure): Finding | null => {
    const { verdict, reason } = figure;
    const message = `${figureName(figure)}: ${figurePhrase(figure, ab)}`;
    if (verdict === 'regressed') return { element: 'failure', message, type: verdict, body: reason };
    return verdict === 'undecided' ? { element: 'skipped', message: `undecided: ${reason}` } : null;
  };
  const cases = [
    ...ab.figures.map((figure) => caseOf(figure, findingOf(figure))),
    ...ab.absent.map((one) => caseOf(one, { element: 'skipped', message: `not judged: ${one.reason}` })),
  ];
  return junitDocument('hvbench ab', cases, ab);
}
