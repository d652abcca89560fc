/** The page's sections as HTML; every text from the result passes htmlEscape. */
import { htmlEscape } from 'escape-goat';
import type { Section, TextTable } from '../../core/model/section.ts';
import type { Measurement, Result } from '../../core/results/schema.ts';
import type { OverheadModel, OverheadPanel } from '../charts/model.ts';
import {
  compilerOf,
  computer,
  failureLines,
  hostFacts,
  methodParagraphs,
  remarks,
  reproduceCommand,
  runSentence,
  stopSentence,
  virtualizationOf,
} from '../host.ts';
import {
  CLAIM_VERDICT_WORDS,
  claimsTable,
  evidence,
  foundingClaims,
  headline,
  type JudgedClaim,
  subject,
} from '../verdicts.ts';
import { foldedHtml, scrollHtml } from './page.ts';

/** Plain lines as a list. */
export function listHtml(lines: readonly string[]): string {
  return `<ul>${lines.map((line) => htmlEscape`<li>${line}</li>`).join('')}</ul>`;
}

function facts(pairs: Iterable<readonly [string, string]>): string {
  const rows = [...pairs].map(([label, value]) => htmlEscape`<div><dt>${label}</dt><dd>${value}</dd></div>`);
  return `<dl>${rows.join('')}</dl>`;
}

/** Verdicts of a claim that are not folded away: more of them, and the headline has to do. */
const MOST_OPEN = 4;

function claimHtml(claim: JudgedClaim): string {
  const verdicts = claim.results.map(
    (judged) =>
      htmlEscape`<li><span class="verdict ${judged.verdict}">${CLAIM_VERDICT_WORDS[judged.verdict]}</span> <span><b>${subject(judged)}</b>: ${evidence(judged)}</span></li>`,
  );
  const list = `<ul class="verdicts">${verdicts.join('')}</ul>`;
  return [
    '<article class="claim">',
    htmlEscape`<p class="statement">Claim: <q>${claim.statement}</q> (${claim.band}; ${claim.source})</p>`,
    htmlEscape`<p class="headline">${headline(claim)}</p>`,
    ...(verdicts.length > MOST_OPEN
      ? [foldedHtml(`All ${verdicts.length} verdicts, with their figures`, list)]
      : [list]),
    ...claim.predictions.map((line) => htmlEscape`<p class="predicted">${line}</p>`),
    '</article>',
  ].join('\n');
}

/** Words, which are read from the left. */
function claimsHtml({ title, about, head, rows, notes }: TextTable): string {
  const cells = (row: TextTable['rows'][number]) =>
    row.map(({ text }) => htmlEscape`<td>${text}</td>`).join('');
  const table = `<table>
${htmlEscape`<caption>${about}</caption>`}
<thead><tr>${head.map((text) => htmlEscape`<th scope="col">${text}</th>`).join('')}</tr></thead>
<tbody>
${rows.map((row) => `<tr>${cells(row)}</tr>`).join('\n')}
</tbody>
</table>`;
  return `${htmlEscape`<h3 id="claims">${title}</h3>`}
${scrollHtml('claims', table)}
${`<ul class="notes">${notes.map((note) => htmlEscape`<li>${note}</li>`).join('')}</ul>`}`;
}

export function verdictsHtml(result: Result): string {
  const claims = foundingClaims(result);
  const others = claimsTable(result);
  if (claims.length === 0 && !others) return '<p>No claim was judged.</p>';
  return [...claims.map(claimHtml), ...(others ? [claimsHtml(others)] : [])].join('\n');
}

function choices(name: string, values: readonly string[]): string {
  const boxes = values.map(
    (value) =>
      htmlEscape`<label><input type="checkbox" name="${name}" value="${value}" checked> ${value}</label>`,
  );
  return boxes.join('');
}

/** Hidden until the script that obeys them runs. */
export function filtersHtml(measurements: readonly Measurement[]): string {
  const distinct = (of: 'suite' | 'isa' | 'hypervisor') => [...new Set(measurements.map((m) => m[of]))];
  const sets = [
    ['suite', 'Suite'],
    ['isa', 'ISA'],
    ['hypervisor', 'Hypervisor'],
  ] as const;
  const fields = sets.map(
    ([name, legend]) => `<fieldset><legend>${legend}</legend>${choices(name, distinct(name))}</fieldset>`,
  );
  return `<form id="filters" hidden>${fields.join('')}<p id="shown" role="status"></p></form>`;
}

/** The first one is open. */
function panelHtml({ suite, isa, name, means, missing, labels }: OverheadPanel, index: number): string {
  const absent = missing.map(({ row, text }) => `${labels[row]}: ${text}`);
  const without =
    absent.length > 0 ? htmlEscape`<p class="missing">Not shown: ${absent.join('; ')}.</p>` : '';
  const title = `<span id="panel-${index}"><b>${htmlEscape(name)}</b> ${htmlEscape(means)}</span>`;
  const canvas = `<div class="canvas"><canvas role="img" aria-labelledby="panel-${index}" aria-describedby="charts-text"></canvas></div>`;
  return `<figure ${htmlEscape`data-suite="${suite}" data-isa="${isa}"`}>
${foldedHtml(title, `${canvas}\n${without}`, index === 0)}
</figure>`;
}

/** `note`: what is left out, in a sentence. */
export function chartsHtml({ panels }: OverheadModel, note = ''): string {
  return `<p id="charts-text">Each mark is the overhead of a workload against native; its bar is the 95&nbsp;% CI. The shaded band is
the claim. Left of the line is faster than native, right of it slower; the scale is stretched near the line. The
<a href="#measurements">table of all measurements</a> has their figures. ${htmlEscape(note)}</p>
<noscript><p>The charts need JavaScript; the tables have all their figures.</p></noscript>
${panels.map(panelHtml).join('\n')}`;
}

/** Host, method and what is folded away. */
export function disclosureHtml(result: Result, sections: readonly Section[]): string {
  const notes = [...failureLines(result), ...remarks(result)];
  return [
    ...(notes.length > 0 ? [`<h3>Caveats</h3>${listHtml(notes)}`] : []),
    htmlEscape`<p>${computer(result.host)}. ${virtualizationOf(result.host)} ${compilerOf(result.host)}</p>`,
    htmlEscape`<p>${runSentence(result)} ${stopSentence(result)}</p>`,
    htmlEscape`<p>Reproduce with: <code>${reproduceCommand(result)}</code></p>`,
    foldedHtml(
      'Method',
      methodParagraphs(result, sections)
        .map((paragraph) => htmlEscape`<p>${paragraph}</p>`)
        .join('\n'),
    ),
    foldedHtml('Host', facts(hostFacts(result.host))),
    foldedHtml(
      'Hypervisors',
      facts(
        result.hypervisors.map((one) => {
          const evidence = one.evidence.length > 0 ? `inside: ${one.evidence.join('; ')}` : '';
          const what = [one.mode, one.technique, one.paging, one.version].filter(Boolean).join(', ');
          return [one.id, [one.title, what, one.reason, evidence, ...one.notes].filter(Boolean).join('. ')];
        }),
      ),
    ),
    ...sections
      .flatMap((one) => one.details)
      .map(({ title, facts: pairs }) => foldedHtml(htmlEscape(title), facts(pairs))),
  ].join('\n');
}
