/** A fleet as a page: one file that opens offline, without scripts. */
import { htmlEscape } from 'escape-goat';
import { groupBy } from '../../core/group-by.ts';
import type { TextTable } from '../../core/model/section.ts';
import { count, dateTime, plainDeep } from '../../core/present/format.ts';
import type { Fleet } from '../../core/results/fleet/schema.ts';
import { foldedHtml, pageHtml, scrollHtml, sectionHtml } from '../html/page.ts';
import { listHtml } from '../html/sections.ts';
import { textTableHtml } from '../html/text-table.ts';
import { explainedOnce } from '../tones.ts';
import { CHART_TITLE, type Charted, chartedMeans, chartSvg } from './chart.ts';
import { LISTS } from './page.ts';
import { fleetTables } from './tables.ts';
import { contextLines, headlines, isMean, scopeName } from './view.ts';

/** Hosts that the page lists one by one; fleet.json has all. */
const MOST_LISTED = 2000;

function chartsHtml(fleet: Fleet): string {
  const means = chartedMeans(fleet);
  if (means.length === 0) return '';
  const svg = `<h3 id="means">Each figure above</h3>\n${scrollHtml('means', chartSvg(fleet, CHART_TITLE, means))}`;
  const scopes = rowCharts(fleet).map(([scope, charted], index) =>
    foldedHtml(
      htmlEscape`<span id="rows-${index}">${`${scope}: each row, host by host`}</span>`,
      scrollHtml(`rows-${index}`, chartSvg(fleet, scope, charted)),
    ),
  );
  return sectionHtml('chart', 'Hosts, one by one', [svg, ...scopes].join('\n'));
}

/** The rows behind the means, by wall-clock time or whatever else a suite has: by class, suite and ISA. */
function rowCharts({ classes }: Fleet): [string, Charted[]][] {
  return classes.flatMap(({ figures }, index) => {
    const rows = figures.filter((one) => !isMean(one) && one.metric !== 'cpuTime');
    return [...groupBy(rows, scopeName)].map(([scope, own]): [string, Charted[]] => {
      const title = classes.length > 1 ? `class ${index + 1}` : '';
      return [[title, scope].filter(Boolean).join(', '), own.map((figure) => ({ figure, title }))];
    });
  });
}

function hostsTable({ hosts }: Fleet): TextTable {
  return {
    title: 'All hosts',
    about: '',
    head: ['host', 'run', 'begun', 'host class', 'in the means'],
    rows: hosts
      .slice(0, MOST_LISTED)
      .map(({ name, state, startedAt, hostClass, leftOut }) => [
        { text: name },
        { text: state },
        { text: startedAt === null ? '–' : dateTime(startedAt) },
        { text: hostClass ?? '–' },
        leftOut ? { text: `no: ${leftOut.reason}` } : { text: 'yes, but for what is listed as left out' },
      ]),
    notes:
      hosts.length > MOST_LISTED
        ? [`${count(hosts.length - MOST_LISTED, 'more host')}: fleet.json has all.`]
        : [],
  };
}

export function renderHtml(raw: Fleet): string {
  const fleet = plainDeep(raw);
  const lines = headlines(fleet);
  const tables = explainedOnce(fleetTables(fleet), 'first');
  const lists = LISTS.map(([title, of], index) => ({ title, index, lines: of(fleet) }));
  const headline = lines.map((line) => htmlEscape`<p class="headline">${line}</p>`).join('\n');
  return pageHtml({
    title: lines[0] ?? '',
    heading: 'One run on many hosts: overhead against native',
    about: `${count(fleet.hosts.length, 'host')}, merged by ${fleet.tool.name} ${fleet.tool.version}`,
    skip: { id: 'figures', what: 'the figures' },
    main: [
      `<article class="claim">${headline}${listHtml(contextLines(fleet))}</article>`,
      chartsHtml(fleet),
      sectionHtml(
        'figures',
        'Figures',
        tables.length > 0
          ? tables.map((table, index) => textTableHtml(`figures-${index}`, table)).join('\n')
          : '<p>None.</p>',
      ),
      ...lists
        .filter((one) => one.lines.length > 0)
        .map((one) => sectionHtml(`list-${one.index}`, one.title, listHtml(one.lines))),
      sectionHtml(
        'hosts',
        'Hosts',
        foldedHtml(count(fleet.hosts.length, 'host'), textTableHtml('all-hosts', hostsTable(fleet))),
      ),
    ].join('\n'),
    footer: 'Made by hvbench from the results of a fleet.',
  });
}
