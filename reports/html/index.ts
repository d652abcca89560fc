/** report.html: one file that opens offline and asks the network for nothing. */
import { join } from 'node:path';
import { htmlEscape } from 'escape-goat';
import { writeWhole } from '../../core/files.ts';
import type { Section } from '../../core/model/section.ts';
import { dateTime, plainDeep } from '../../core/present/format.ts';
import type { Measurement, Result } from '../../core/results/schema.ts';
import type { KeptSuite } from '../../core/results/suite-records.ts';
import { fitInto } from '../charts/limit.ts';
import { overheadModel } from '../charts/model.ts';
import { embeddedJson } from '../embedded-json.ts';
import type { Report } from '../report.ts';
import { leadFirst, sectionsOf } from '../sections.ts';
import { busyLine } from '../verdicts.ts';
import { runnable } from '../view.ts';
import { loadScripts } from './assets.ts';
import { foldedHtml, pageHtml, scrollHtml, sectionHtml } from './page.ts';
import { presentedHtml } from './presented.ts';
import { chartsHtml, disclosureHtml, filtersHtml, verdictsHtml } from './sections.ts';
import { tableHtml } from './table.ts';

/** Workloads in charts: a canvas of more lines is too tall for browsers. */
const MOST_DRAWN = 500;

/** The whole page. */
export function renderHtml(raw: Result, suites: readonly KeptSuite[]): string {
  const result = plainDeep(raw);
  const sections = sectionsOf(result, suites);
  const [lead, others] = leadFirst(sections);
  const overheads = overheadsOf(sections);
  const shown = runnable(result);
  const busy = busyLine(result);
  const about = `${result.host.cpu.model}, ${dateTime(result.startedAt)}`;
  return pageHtml({
    title: `What virtualization costs: ${about}`,
    heading: 'What virtualization costs on this computer',
    about,
    skip: skipTo(sections),
    main: [
      ...(busy === null ? [] : [htmlEscape`<p class="headline">${busy}</p>`]),
      ...lead.flatMap((section) => presentedHtml(section, result)),
      ...(overheads
        ? [
            sectionHtml('verdicts', 'Verdicts', verdictsHtml(result)),
            sectionHtml('charts', 'Charts', `${filtersHtml(shown)}\n${overheads.html}\n${allHtml(shown)}`),
          ]
        : []),
      ...others.flatMap((section) => presentedHtml(section, result)),
      sectionHtml('disclosure', 'Host and method', disclosureHtml(result, sections)),
    ].join('\n'),
    footer: `Made by ${result.tool.name} ${result.tool.version} from result.json.`,
    ...(overheads && {
      data: `<script type="application/json" id="model">${embeddedJson(overheads.model)}</script>`,
      scripts: loadScripts(),
    }),
  });
}

/** Every measurement, folded away: its rows are sorted, and shown or hidden with the charts. */
function allHtml(measurements: readonly Measurement[]): string {
  const title = `<span id="figures">All ${measurements.length} measurements: CPU overhead, times, cold starts</span>`;
  return foldedHtml(title, scrollHtml('figures', tableHtml(measurements)));
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

/** The target of the skip link. */
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
