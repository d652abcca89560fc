/** report.html: one file that opens offline and asks the network for nothing. */
import { join } from 'node:path';
import { writeWhole } from '../../core/files.ts';
import type { Result } from '../../core/results/schema.ts';
import { fitInto } from '../charts/limit.ts';
import { overheadModel } from '../charts/model.ts';
import { dateTime, plainDeep } from '../format.ts';
import { publishedTables } from '../published.ts';
import type { Report } from '../report.ts';
import { startTables } from '../starts.ts';
import type { TextTable } from '../text-table.ts';
import { embeddedJson, loadScripts } from './assets.ts';
import { bootSections } from './boot.ts';
import { consolidationSections } from './consolidation.ts';
import { densitySections } from './density.ts';
import { operationSections } from './operations.ts';
import { pageHtml, scrollHtml, sectionHtml } from './page.ts';
import { chartsHtml, disclosureHtml, filtersHtml, verdictsHtml } from './sections.ts';
import { tableHtml } from './table.ts';
import { textTableHtml } from './text-table.ts';

/** Workloads in charts: a canvas of more lines is too tall for browsers. */
const MOST_DRAWN = 500;

/** The whole page. */
export function renderHtml(raw: Result): string {
  const result = plainDeep(raw);
  const { result: drawn, note } = fitInto(result, MOST_DRAWN);
  const model = overheadModel(drawn);
  const measured = result.measurements.length > 0;
  const about = `${result.host.cpu.model}, ${dateTime(result.startedAt)}`;
  return pageHtml({
    title: `What virtualization costs: ${about}`,
    heading: 'What virtualization costs on this computer',
    about,
    skip: measured
      ? { id: 'measurements', what: 'the table of measurements' }
      : result.operations.length > 0
        ? { id: 'operations', what: 'the table of operations' }
        : { id: 'disclosure', what: 'host and method' },
    main: [
      ...(measured
        ? [
            sectionHtml('verdicts', 'Verdicts', verdictsHtml(result)),
            sectionHtml('overhead', 'Overhead', `${filtersHtml(result)}\n${chartsHtml(model, note)}`),
            sectionHtml('figures', 'Measurements', scrollHtml('figures', tableHtml(result.measurements))),
          ]
        : []),
      ...linuxSections(result),
      ...operationSections(result),
      ...bootSections(result),
      ...consolidationSections(result),
      ...densitySections(result),
      sectionHtml('disclosure', 'Host and method', disclosureHtml(result)),
    ].join('\n'),
    footer: `Made by ${result.tool.name} ${result.tool.version} from result.json.`,
    ...(measured && {
      data: `<script type="application/json" id="model">${embeddedJson(model)}</script>`,
      scripts: loadScripts(),
    }),
  });
}

/** What Linux guests bring besides their figures. */
function linuxSections(result: Result): string[] {
  const section = (id: string, title: string, tables: readonly TextTable[]) =>
    tables.length > 0
      ? [
          sectionHtml(
            id,
            title,
            tables.map((table, index) => textTableHtml(`${id}-${index}`, table)).join('\n'),
          ),
        ]
      : [];
  return [
    ...section('published', 'What others published', publishedTables(result)),
    ...section('starts', 'Starting', startTables(result)),
  ];
}

export const htmlReport: Report = {
  name: 'html',
  files: ['report.html'],
  async write(result, dir) {
    const path = join(dir, 'report.html');
    writeWhole(path, renderHtml(result));
    return [path];
  },
};
