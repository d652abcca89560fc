/** Pages of what results have in common: a kind of computer, or a hypervisor. */
import { groupBy } from '../../core/group-by.ts';
import { count } from '../../core/present/format.ts';
import type { Cell, HostGroup } from './groups.ts';
import { html, type Piece } from './html.ts';
import { machineKey, whereOf } from './machines.ts';
import { overheadsOf } from './matrix.ts';
import { notes, pageOf, section } from './page.ts';
import type { Summary } from './summary.ts';
import { figure, tableOf } from './tables.ts';
import {
  citation,
  classLink,
  computerWords,
  conditionsOf,
  hypervisorLink,
  resultLink,
  resultsWords,
} from './words.ts';

/** Rows of a table; data.json has all. */
const MOST_ROWS = 2000;

export const MEDIAN_WORDS =
  'The dot is the overhead, the line its interval; control is native once more, so its distance from native is noise. ' +
  'One result: the geometric mean of the suite’s workloads, by wall-clock time, with its 95 % CI. Several, as in “of 3”: ' +
  'the median of their means, with the 95 % CI of that median, or, of fewer than six, from the lowest to the highest end ' +
  'of their CIs. Results name no computer, so how many computers they are of is not known.';

export function classPageOf(group: HostGroup): string {
  const { classId, summaries } = group;
  const [first] = summaries as [Summary];
  return pageOf({
    title: `Kind of computer: ${first.host.cpu}`,
    deep: true,
    about: html`<p>${computerWords(first.host)}. ${resultsWords(summaries)}.</p>\n`,
    main: [
      section('overheads', 'What each hypervisor costs here', [
        group.cells.length > 0 && html`<p>${MEDIAN_WORDS}</p>\n`,
        overheadsOf(group, { id: 'class', up: '../', others: 'on the pages of its results' }),
      ]),
      section('results', 'Results', resultTable(summaries, '../')),
      section(
        'class',
        'What makes this kind of computer',
        html`<p>Host class <code>${classId}</code>: figures of other classes are never put together with these.</p>
<dl>${first.host.facts.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
`,
      ),
    ],
  });
}

function resultTable(summaries: readonly Summary[], up: string): Piece {
  const rows = summaries
    .slice(0, MOST_ROWS)
    .map((summary) => [
      html`${resultLink(up, summary)}${conditionsOf(summary)}`,
      summary.hypervisors.map(({ id, version }, index) => [index > 0 && ', ', id, version && ` ${version}`]),
      summary.profile,
      html`<span class="cite">${citation(summary)}</span>`,
    ]);
  return [
    tableOf('result-table', 'Results', ['measured', 'hypervisors', 'profile', 'citation'], rows),
    leftOut(summaries.length - rows.length),
  ];
}

export function leftOut(rows: number): Piece {
  return notes(rows > 0 ? [`${rows} more rows are in data.json.`] : []);
}

/** `id` has to be that of a hypervisor that at least one of the groups has. */
export function hypervisorPageOf(id: string, groups: readonly HostGroup[]): string {
  const having = groups.filter(({ cells }) => cells.some(({ hypervisor }) => hypervisor === id));
  const infos = groups.flatMap(({ summaries }) =>
    summaries.flatMap(({ hypervisors }) => hypervisors.filter((one) => one.id === id)),
  );
  const cellsOf = ({ cells }: Pick<HostGroup, 'cells'>) =>
    cells.filter(({ hypervisor }) => hypervisor === id);
  const scopes = [...groupBy(having.flatMap(cellsOf), ({ suite, isa }) => `${suite} (${isa})`).keys()];
  const lines = having.flatMap(({ summaries, cells }) =>
    [...groupBy(cellsOf({ cells }), machineKey).values()].map((own) => ({
      host: (summaries as readonly [Summary])[0].host,
      own,
      first: own[0] as Cell,
    })),
  );
  const isSomeElsewhere = lines.some(({ first }) => first.elsewhere);
  const rows = lines.slice(0, MOST_ROWS).map(({ host, own, first }) => [
    html`${classLink('../', host)}${whereOf(first, isSomeElsewhere)}`,
    ...scopes.map((scope) => {
      const cell = own.find(({ suite, isa }) => `${suite} (${isa})` === scope);
      return cell ? figure(cell.overhead, cell.results) : figure(null);
    }),
  ]);
  const ways = [...new Set(infos.map(({ title, mode, technique }) => `${title}: ${mode}, ${technique}`))];
  const versions = [...new Set(infos.flatMap(({ version }) => version ?? []))];
  return pageOf({
    title: `Hypervisor: ${id}`,
    deep: true,
    about: html`<p>Measured in ${count(infos.length, 'result')} on ${count(having.length, 'kind')} of computer.</p>\n`,
    main: [
      section('overheads', 'What it costs, by kind of computer', [
        html`<p>${MEDIAN_WORDS} A row is a kind of computer${isSomeElsewhere && ', and of other computers if the machine or native was on one'}: rows differ because computers do.</p>\n`,
        tableOf(
          'by-class',
          `Overheads of ${id}`,
          ['kind of computer', ...scopes.map((text) => ({ text, number: true }))],
          rows,
        ),
        leftOut(lines.length - rows.length),
      ]),
      section(
        'how',
        'How it runs guests',
        html`<ul>${ways.slice(0, 50).map((way) => html`<li>${way}</li>`)}</ul>
<p>Versions: ${versions.slice(0, 100).join('; ') || 'not recorded'}${versions.length > 100 && ` and ${versions.length - 100} more`}.</p>
`,
      ),
    ],
  });
}

/** Links to all hypervisors. */
export function hypervisorLinks(ids: readonly string[], up: string): Piece {
  return html`<ul class="links">${ids.map((id) => html`<li>${hypervisorLink(up, id)}</li>`)}</ul>\n`;
}
