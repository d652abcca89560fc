/** The front page: what it costs by kind of computer, what became of the claims, and all results. */
import { count, dateTime } from '../../core/present/format.ts';
import { type ClaimOverAll, claimsTable } from './claims.ts';
import { aboutOf, Facets, searchForm } from './facets.ts';
import { hypervisorLinks, leftOut, MEDIAN_WORDS } from './group-pages.ts';
import type { HostGroup } from './groups.ts';
import { html, type Piece } from './html.ts';
import { overheadsOf } from './matrix.ts';
import { pageOf, section } from './page.ts';
import type { Summary } from './summary.ts';
import { tableOf } from './tables.ts';
import { classLink, computerWords, conditionsOf, resultLink, resultsWords } from './words.ts';

/** Kinds of computer that are told in full; of more, the page would grow too heavy to open. */
const MOST_FULL = 8;
const MOST_ROWS = 5000;

export interface Site {
  /** Latest first. */
  readonly summaries: readonly Summary[];
  readonly groups: readonly HostGroup[];
  readonly claims: readonly ClaimOverAll[];
  readonly hypervisors: readonly string[];
}

export function indexPageOf({ summaries, groups, claims, hypervisors }: Site): string {
  const latest = summaries[0];
  const facets = new Facets(summaries);
  return pageOf({
    title: 'What virtualization costs',
    about: html`<p>${resultsWords(summaries)} of <code>hvbench</code> on ${count(groups.length, 'kind')} of computer${latest && `, the latest of ${dateTime(latest.startedAt)}`}. Each ran the same machine code natively and in every hypervisor, side by side. <b>+10 %</b> means that work takes a tenth longer than natively, <b>2.0x</b> twice as long.</p>\n`,
    scripts: ['site.js'],
    main: [
      facets.form(),
      section('computers', 'Overhead, by kind of computer', [
        html`<p class="about">${MEDIAN_WORDS}</p>\n`,
        groups.slice(0, MOST_FULL).map((group) => groupOf(group, facets)),
        groups.length > MOST_FULL && moreGroups(groups.slice(MOST_FULL), facets),
      ]),
      section('hypervisors', 'By hypervisor', hypervisorLinks(hypervisors, '')),
      section('claims', 'Do the claims hold?', claimsTable(claims, '')),
      section('results', 'All results', resultTable(summaries, facets)),
      section(
        'data',
        'Data',
        html`<ul>
<li><a href="data.csv">data.csv</a>: every workload of every result, a row each</li>
<li><a href="means.csv">means.csv</a>: the means of suites that stand above, by result</li>
<li><a href="data.json">data.json</a>: the same means with hosts, hypervisors and verdicts</li>
</ul>
<p>The page of each result has its <code>result.json</code>, and a line to cite it by. Overheads in files are fractions: 0.1 is +10 %.</p>
`,
      ),
    ],
  });
}

/** The script counts what is of the class `kind`. */
const kindOf = (summaries: readonly Summary[], facets: Facets, also = '') =>
  html` class="${also}kind"${facets.whole(aboutOf(summaries))}`;

function groupOf(group: HostGroup, facets: Facets): Piece {
  const { classId, summaries } = group;
  const [{ host }] = summaries as [Summary];
  return html`<article${kindOf(summaries, facets, 'computer ')}><h3>${classLink('', host)}</h3>
<p class="about">${resultsWords(summaries)}</p>
${overheadsOf(group, { id: `c${classId}`, up: '', facets, others: 'on the pages of its results' })}</article>
`;
}

function moreGroups(groups: readonly HostGroup[], facets: Facets): Piece {
  const rows = groups.slice(0, MOST_ROWS).map(({ summaries }) => {
    const [{ host }] = summaries as [Summary];
    return [classLink('', host), String(summaries.length)];
  });
  return [
    html`<h3 id="more">More kinds of computer</h3>\n`,
    tableOf('more-table', 'More kinds of computer', ['kind of computer', 'results'], rows, (row) =>
      kindOf(groups[row]?.summaries ?? [], facets),
    ),
    leftOut(groups.length - rows.length),
  ];
}

function resultTable(summaries: readonly Summary[], facets: Facets): Piece {
  const rows = summaries
    .slice(0, MOST_ROWS)
    .map((summary) => [
      html`${resultLink('', summary)}${conditionsOf(summary)}`,
      html`<a href="computer/${summary.host.classId}.html">${computerWords(summary.host)}</a>`,
      summary.hypervisors.map(({ id }) => id).join(', '),
      summary.profile,
      summary.version,
    ]);
  return [
    searchForm('result-table', 'Show results with', 'kvm standard'),
    tableOf(
      'result-table',
      'All results',
      ['measured', 'kind of computer', 'hypervisors', 'profile', 'hvbench'],
      rows,
      (row) => facets.whole(aboutOf(summaries.slice(row, row + 1))),
    ),
    leftOut(summaries.length - rows.length),
  ];
}
