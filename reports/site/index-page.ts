/** The front page: what it costs by kind of computer, what became of the claims, and all results. */
import { count, dateTime } from '../../core/present/format.ts';
import { type ClaimOverAll, claimsTable } from './claims.ts';
import { hypervisorLinks, leftOut, MEDIAN_WORDS } from './group-pages.ts';
import type { HostGroup } from './groups.ts';
import { html, type Piece } from './html.ts';
import { matrixOf } from './matrix.ts';
import { pageOf, section } from './page.ts';
import type { Summary } from './summary.ts';
import { tableOf } from './tables.ts';
import { classLink, computerWords, resultLink, resultsWords } from './words.ts';

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
  return pageOf({
    title: 'What virtualization costs',
    about: html`<p>${resultsWords(summaries)} of <code>hvbench</code> on ${count(groups.length, 'kind')} of computer${latest && `, the latest of ${dateTime(latest.startedAt)}`}. Each ran the same machine code natively and in every hypervisor, side by side. <b>+10 %</b> means that work takes a tenth longer than natively, <b>2.0x</b> twice as long.</p>\n`,
    scripts: ['site.js'],
    main: [
      section('computers', 'Overhead, by kind of computer', [
        html`<p class="about">${MEDIAN_WORDS}</p>\n`,
        groups.slice(0, MOST_FULL).map(groupOf),
        groups.length > MOST_FULL && moreGroups(groups.slice(MOST_FULL)),
      ]),
      section('hypervisors', 'By hypervisor', hypervisorLinks(hypervisors, '')),
      section('claims', 'Do the claims hold?', claimsTable(claims, '')),
      section('results', 'All results', resultTable(summaries)),
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

function groupOf({ classId, summaries, cells }: HostGroup): Piece {
  const [{ host }] = summaries as [Summary];
  return html`<article class="computer"><h3>${classLink('', host)}</h3>
<p class="about">${resultsWords(summaries)}</p>
${matrixOf(`c${classId}`, computerWords(host), cells, '')}</article>
`;
}

function moreGroups(groups: readonly HostGroup[]): Piece {
  const rows = groups.slice(0, MOST_ROWS).map(({ summaries }) => {
    const [{ host }] = summaries as [Summary];
    return [classLink('', host), String(summaries.length)];
  });
  return [
    html`<h3 id="more">More kinds of computer</h3>\n`,
    tableOf('more-table', 'More kinds of computer', ['kind of computer', 'results'], rows),
    leftOut(groups.length - rows.length),
  ];
}

function resultTable(summaries: readonly Summary[]): Piece {
  const rows = summaries
    .slice(0, MOST_ROWS)
    .map((summary) => [
      resultLink('', summary),
      html`<a href="computer/${summary.host.classId}.html">${computerWords(summary.host)}</a>`,
      summary.hypervisors.map(({ id }) => id).join(', '),
      summary.profile,
      summary.version,
    ]);
  return [
    html`<form class="filter" data-table="result-table" hidden><label>Show results with <input type="search" name="words" placeholder="kvm standard"></label> <span role="status"></span></form>\n`,
    tableOf(
      'result-table',
      'All results',
      ['measured', 'kind of computer', 'hypervisors', 'profile', 'hvbench'],
      rows,
    ),
    leftOut(summaries.length - rows.length),
  ];
}
