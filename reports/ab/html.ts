/** An A/B as a page: one file that opens offline, without scripts. */
import { htmlEscape } from 'escape-goat';
import type { Ab } from '../../core/judge/ab/ab.ts';
import { plainDeep } from '../../core/present/format.ts';
import { pageHtml, scrollHtml, sectionHtml } from '../html/page.ts';
import { listHtml } from '../html/sections.ts';
import { textTableHtml } from '../html/text-table.ts';
import { renderSvg } from './chart.ts';
import {
  AB_VERDICTS,
  absentLines,
  contextLines,
  countLine,
  legend,
  outcome,
  tablesOf,
  withVerdict,
} from './view.ts';

export function renderHtml(raw: Ab): string {
  const ab = plainDeep(raw);
  const figures = AB_VERDICTS.flatMap((verdict) => withVerdict(ab, verdict));
  const absent = absentLines(ab);
  return pageHtml({
    title: outcome(ab),
    heading: `${ab.candidate.id} against ${ab.base.id}`,
    about: countLine(ab),
    skip: { id: 'figures', what: 'the figures' },
    main: [
      `<article class="claim">${htmlEscape`<p class="headline">${outcome(ab)}</p>`}${listHtml(contextLines(ab))}</article>`,
      sectionHtml('chart', 'Changes', scrollHtml('chart-changes', renderSvg(ab))),
      sectionHtml(
        'figures',
        'Figures',
        [
          htmlEscape`<p>${legend(ab)}</p>`,
          ...tablesOf(figures, ab).map((table, index) => textTableHtml(`figures-${index}`, table)),
        ].join('\n'),
      ),
      ...(absent.length > 0 ? [sectionHtml('absent', 'Not judged', listHtml(absent))] : []),
    ].join('\n'),
    footer: 'Made by hvbench ab.',
  });
}
