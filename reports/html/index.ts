/** report.html: one file that opens offline and asks the network for nothing. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { htmlEscape } from 'escape-goat';
import type { Result } from '../../core/results/schema.ts';
import { overheadModel } from '../charts/model.ts';
import { dateTime, plainDeep } from '../format.ts';
import type { Report } from '../report.ts';
import { embeddedJson, loadAssets } from './assets.ts';
import { chartsHtml, disclosureHtml, filtersHtml, verdictsHtml } from './sections.ts';
import { tableHtml } from './table.ts';

/** The whole page. */
export function renderHtml(raw: Result): string {
  const result = plainDeep(raw);
  const model = overheadModel(result);
  const { scripts, style, policy } = loadAssets();
  const about = `${result.host.cpu.model}, ${dateTime(result.startedAt)}`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${htmlEscape`What virtualization costs: ${about}`}</title>
<style>${style}</style>
</head>
<body>
<a class="skip" href="#measurements">Skip to the table of measurements</a>
<header>
<h1>What virtualization costs on this computer</h1>
<p>${htmlEscape(about)}</p>
</header>
<main>
<section aria-labelledby="verdicts"><h2 id="verdicts">Verdicts</h2>
${verdictsHtml(result)}
</section>
<section aria-labelledby="overhead"><h2 id="overhead">Overhead</h2>
${filtersHtml(result)}
${chartsHtml(model)}
</section>
<section aria-labelledby="figures"><h2 id="figures">Measurements</h2>
<div class="scroll" role="region" aria-labelledby="figures" tabindex="0">
${tableHtml(result.measurements)}
</div>
</section>
<section aria-labelledby="disclosure"><h2 id="disclosure">Host and method</h2>
${disclosureHtml(result)}
</section>
</main>
<footer><p>${htmlEscape`Made by ${result.tool.name} ${result.tool.version} from result.json.`}</p></footer>
<script type="application/json" id="model">${embeddedJson(model)}</script>
${scripts.map((script) => `<script>${script}</script>`).join('\n')}
</body>
</html>
`;
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
