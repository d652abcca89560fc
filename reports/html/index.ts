/** report.html: one file that opens offline and asks the network for nothing. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Result } from '../../core/results/schema.ts';
import { overheadModel } from '../charts/model.ts';
import { dateTime, plainDeep } from '../format.ts';
import type { Report } from '../report.ts';
import { embeddedJson, loadScripts } from './assets.ts';
import { operationSections } from './operations.ts';
import { pageHtml, scrollHtml, sectionHtml } from './page.ts';
import { chartsHtml, disclosureHtml, filtersHtml, verdictsHtml } from './sections.ts';
import { tableHtml } from './table.ts';

/** The whole page. */
export function renderHtml(raw: Result): string {
  const result = plainDeep(raw);
  const model = overheadModel(result);
  const measured = result.measurements.length > 0;
  const about = `${result.host.cpu.model}, ${dateTime(result.startedAt)}`;
  return pageHtml({
    title: `What virtualization costs: ${about}`,
    heading: 'What virtualization costs on this computer',
    about,
    skip: measured
      ? { id: 'measurements', what: 'the table of measurements' }
      : { id: 'operations', what: 'the table of operations' },
    main: [
      ...(measured
        ? [
            sectionHtml('verdicts', 'Verdicts', verdictsHtml(result)),
            sectionHtml('overhead', 'Overhead', `${filtersHtml(result)}\n${chartsHtml(model)}`),
            sectionHtml('figures', 'Measurements', scrollHtml('figures', tableHtml(result.measurements))),
          ]
        : []),
      ...operationSections(result),
      sectionHtml('disclosure', 'Host and method', disclosureHtml(result)),
    ].join('\n'),
    footer: `Made by ${result.tool.name} ${result.tool.version} from result.json.`,
    ...(measured && {
      data: `<script type="application/json" id="model">${embeddedJson(model)}</script>`,
      scripts: loadScripts(),
    }),
  });
}

export const htmlReport: Report = {
  name: 'html',
  files: ['report.html'],
  async write(result, dir) {
    const path = join(dir, 'report.html');
    await writeFile(path, renderHtml(result));
    return [path];
  },
};
