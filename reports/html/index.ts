/** report.html: one file that opens offline and asks the network for nothing. */
import { join } from 'node:path';
import { htmlEscape } from 'escape-goat';
import { writeWhole } from '../../core/files.ts';
import type { Section } from '../../core/model/section.ts';
import { dateTime, plainDeep } from '../../core/present/format.ts';
import type { Result } from '../../core/results/schema.ts';
import type { KeptSuite } from '../../core/results/suite-records.ts';
import { fitInto } from '../charts/limit.ts';
import { overheadModel } from '../charts/model.ts';
import type { Report } from '../report.ts';
import { sectionsOf } from '../sections.ts';
import { busyLine } from '../verdicts.ts';
import { embeddedJson, loadScripts } from './assets.ts';
import { pageHtml, scrollHtml, sectionHtml } from './page.ts';
import { presentedHtml } from './presented.ts';
import { chartsHtml, disclosureHtml, filtersHtml, verdictsHtml } from './sections.ts';
import { tableHtml } from './table.ts';

/** Workloads in charts: a canvas of more lines is too tall for browsers. */
const MOST_DRAWN = 500;

/** The whole page. */
export function renderHtml(raw: Result, suites: readonly KeptSuite[]): string {
  const result = plainDeep(raw);
  const sections = sectionsOf(result, suites);
  const overheads = overheadsOf(sections);
  const busy = busyLine(result);
  const about = `${result.host.cpu.model}, ${dateTime(result.startedAt)}`;
  return pageHtml({
    title: `What virtualization costs: ${about}`,
    heading: 'What virtualization costs on this computer',
    about,
    skip: overheads ? { id: 'measurements', what: 'the table of measurements' } : skipTo(sections),
    main: [
      ...(busy === null ? [] : [htmlEscape`<p class="headline">${busy}</p>`]),
      ...(overheads
        ? [
            sectionHtml('verdicts', 'Verdicts', verdictsHtml(result)),
            sectionHtml('overhead', 'Overhead', `${filtersHtml(result)}\n${overheads.html}`),
            sectionHtml('figures', 'Measurements', scrollHtml('figures', tableHtml(result.measurements))),
          ]
        : []),
      ...sections.flatMap((section) => presentedHtml(section, result)),
      sectionHtml('disclosure', 'Host and method', disclosureHtml(result, sections)),
    ].join('\n'),
    footer: `Made by ${result.tool.name} ${result.tool.version} from result.json.`,
    ...(overheads && {
      data: `<script type="application/json" id="model">${embeddedJson(overheads.model)}</script>`,
      scripts: loadScripts(),
    }),
  });
}

/** The charts that the page's script draws; null if no workload was measured. */
function overheadsOf(sections: readonly Section[]) {
  const drawings = sections.flatMap(({ charts }) => charts.map(({ drawing }) => drawing));
  const intervals = drawings.find((drawing) => drawing.kind === 'intervals');
  if (!intervals) return null;
  const { groups, note } = fitInto(intervals.groups, MOST_DRAWN, intervals.all);
  const model = overheadModel({ ...intervals, groups });
  return { model, html: chartsHtml(model, note) };
}

/** The target of the skip link if there is no table of measurements. */
function skipTo(sections: readonly Section[]): { readonly id: string; readonly what: string } {
  const first = sections.find(({ skip }) => skip !== undefined);
  return { id: first?.id ?? 'disclosure', what: first?.skip ?? 'host and method' };
}

export const htmlReport: Report = {
  name: 'html',
  async write(result, dir, suites) {
    const path = join(dir, 'report.html');
    writeWhole(path, renderHtml(result, suites));
    return [path];
  },
};
