/** The page of one result: what it costs, how and on what it was measured, and how to cite and check it. */
import { count, dateTime } from '../../core/present/format.ts';
import { publicationNote } from '../../core/results/publication.ts';
import type { ClaimResult, Result } from '../../core/results/schema.ts';
import type { KeptSuite } from '../../core/results/suite-records.ts';
import {
  compilerOf,
  failureLines,
  hostFacts,
  methodParagraphs,
  remarks,
  reproduceCommand,
  runSentence,
  stopSentence,
  virtualizationOf,
} from '../host.ts';
import { leadFirst, sectionsOf } from '../sections.ts';
import { explainedOnce } from '../tones.ts';
import { busyLine, CLAIM_VERDICT_WORDS, evidence, headline, judgedClaims, subject } from '../verdicts.ts';
import { cellsOf } from './groups.ts';
import { html, type Markup, type Piece } from './html.ts';
import { overheadsOf } from './matrix.ts';
import { folded, notes, pageOf, section } from './page.ts';
import type { Summary } from './summary.ts';
import { textTable } from './tables.ts';
import { citation, classLink } from './words.ts';

/** Rows of a table that a page shows; a result may be somebody else's file. */
const MOST_ROWS = 2000;
const MOST_LINES = 200;

/** `result` has to be plain. */
export function resultPageOf(result: Result, summary: Summary, suites: readonly KeptSuite[]): string {
  const sections = sectionsOf(result, suites);
  const [lead, others] = leadFirst(sections);
  const busy = busyLine(result);
  const cells = cellsOf([summary]);
  const note = publicationNote(result);
  const tables = [...lead, ...others].filter((one) => one.tables.length > 0);
  return pageOf({
    title: `Result of ${dateTime(result.startedAt)}`,
    deep: true,
    about: html`<p>${classLink('../', summary.host)}</p>
<p>${runSentence(result)} ${stopSentence(result)}</p>
`,
    main: [
      note && html`<p class="warning">${note}</p>\n`,
      busy && html`<p class="warning">${busy}</p>\n`,
      section('overheads', 'What each hypervisor costs', [
        cells.length > 0 &&
          html`<p>The geometric mean of each suite’s workloads against native, by wall-clock time, with its 95 % CI. control is native once more: its distance from native is the noise.</p>\n`,
        overheadsOf({ summaries: [summary], cells }, { id: 'mean', up: '../', others: 'below' }),
      ]),
      section('claims', 'Claims, judged on this computer', claimsOf(result)),
      tables.map(({ id, title, tables, lacks = [] }) =>
        section(`part-${id}`, title, [
          explainedOnce(tables, 'first').map((table, index) =>
            textTable(`part-${id}-${index}`, { ...table, ...bounded(table) }),
          ),
          notes(lacks.slice(0, MOST_LINES)),
        ]),
      ),
      section('method', 'Method and host', [
        methodParagraphs(result, sections).map((text) => html`<p>${text}</p>\n`),
        html`<p>${compilerOf(result.host)} ${virtualizationOf(result.host)}</p>
${listed(remarks(result))}<p>Measure it again: <code>${reproduceCommand(result)}</code></p>
<dl>${hostFacts(result.host).map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
`,
        result.failures.length > 0 && html`<h3>What failed</h3>\n${listed(failureLines(result))}`,
      ]),
      section(
        'cite',
        'Cite and check',
        html`<p class="cite">${citation(summary)}</p>
<p>All of it, samples included: <a href="${summary.id}.json">result.json</a>. <a href="../compare.html#a=${summary.id}">Compare it with another result.</a> <code>sha256sum ${summary.id}.json</code> shows that you have the same, <code>hvbench report</code> makes every report of it again.</p>
`,
      ),
    ],
  });
}

function bounded(table: Parameters<typeof textTable>[1]): Pick<typeof table, 'rows' | 'notes'> {
  const left = table.rows.length - MOST_ROWS;
  if (left <= 0) return table;
  return {
    rows: table.rows.slice(0, MOST_ROWS),
    notes: [...table.notes, `${left} more rows are in result.json.`],
  };
}

function listed(lines: readonly string[]): Piece {
  const left = lines.length - MOST_LINES;
  return (
    lines.length > 0 &&
    html`<ul>${lines.slice(0, MOST_LINES).map((line) => html`<li>${line}</li>`)}${left > 0 && html`<li>${left} more are in result.json.</li>`}</ul>\n`
  );
}

/** A sentence for each claim, and its verdicts with their figures below it. */
function claimsOf(result: Result): Piece {
  const claims = judgedClaims(result);
  if (claims.length === 0) return html`<p>No claim was judged.</p>\n`;
  const left = claims.length - MOST_LINES;
  return [
    claims.slice(0, MOST_LINES).map((claim) => {
      const { statement, source, band, results } = claim;
      return html`<article class="claim">
<p class="statement">Claim: <q>${statement}</q> (${band}; ${source})</p>
<p class="headline">${headline(claim)}</p>
${folded(count(results.length, 'verdict'), html`<ul class="verdicts">${results.slice(0, MOST_LINES).map(verdictOf)}</ul>`)}</article>
`;
    }),
    notes(left > 0 ? [`${left} more claims are in result.json.`] : []),
  ];
}

function verdictOf(one: ClaimResult): Markup {
  return html`<li><span class="verdict ${one.verdict}">${CLAIM_VERDICT_WORDS[one.verdict]}</span> <span><b>${subject(one)}</b>: ${evidence(one)}</span></li>`;
}
