/** Charts and a table of what hypervisors cost on one kind of computer. */
import { groupBy } from '../../core/group-by.ts';
import { roleOf } from '../../core/model/role.ts';
import { count } from '../../core/present/format.ts';
import { notableCpu } from '../view.ts';
import { type ChartRow, chartOf } from './chart.ts';
import type { Cell } from './groups.ts';
import { html, type Markup, type Piece } from './html.ts';
import { folded, notes } from './page.ts';
import { figure, type Td, tableOf } from './tables.ts';
import { hypervisorLink } from './words.ts';

/** Charts that are open, side by side if there is room; the others are folded away. */
const OPEN = 2;
const isControl = (id: string) => roleOf(id) === 'control';

const scopeOf = ({ suite, isa }: Cell) => `${suite} (${isa})`;

/** The control last: it is the measure of the noise, not what the reader looks for. */
const controlLast = (cells: readonly Cell[]) =>
  [...cells].sort((a, b) => Number(isControl(a.hypervisor)) - Number(isControl(b.hypervisor)));

/** `id` begins the ids of what is in it; `up` leads to the site's front page. */
export function matrixOf(id: string, label: string, cells: readonly Cell[], up: string): Piece {
  if (cells.length === 0)
    return html`<p>There are no overheads to show: no workload was measured here, or the CPU is emulated and its times mean nothing. The pages of the results have what was measured.</p>\n`;
  const scopes = [...groupBy(cells, scopeOf)];
  const drawn = scopes.map(([scope, of], index) => {
    const title = `${scope}: overhead against native`;
    return html`<figure><figcaption>${title}</figcaption>
${chartOf(`${id}-${index}`, `${label}, ${title}`, controlLast(of).map(chartRow))}
</figure>
`;
  });
  const more = drawn.slice(OPEN);
  return [
    html`<div class="charts">${drawn.slice(0, OPEN)}</div>\n`,
    more.length > 0 && folded(count(more.length, 'more chart'), html`<div class="charts">${more}</div>\n`),
    tableOfCells(`${id}-table`, label, cells, scopes, up),
  ];
}

function chartRow({ hypervisor, overhead, results }: Cell): ChartRow {
  return { label: hypervisor, overhead, results, quiet: isControl(hypervisor) };
}

function tableOfCells(
  id: string,
  label: string,
  cells: readonly Cell[],
  scopes: readonly (readonly [scope: string, cells: readonly Cell[]])[],
  up: string,
): Markup {
  const rows = [...groupBy(controlLast(cells), ({ hypervisor }) => hypervisor)].map(([hypervisor, own]) => [
    hypervisorLink(up, hypervisor),
    ...scopes.map(([scope]) => cellOf(own.find((cell) => scopeOf(cell) === scope))),
  ]);
  const others = cells.filter((cell) => cell.others > 0);
  return html`${tableOf(
    id,
    `${label}: overheads`,
    ['hypervisor', ...scopes.map(([text]) => ({ text, number: true }))],
    rows,
  )}${notes(
    others.length > 0
      ? [
          `Of other machine code or other workloads, and so not in these figures: ${others.map((cell) => `${cell.others} of ${cell.hypervisor} on ${scopeOf(cell)}`).join(', ')}. Their own pages have them.`,
        ]
      : [],
  )}`;
}

function cellOf(cell: Cell | undefined): Td {
  if (!cell) return figure(null);
  const main = figure(cell.overhead, cell.results);
  const cpu = notableCpu(cell);
  return cpu
    ? {
        number: true,
        content: html`${main.content}<span class="also">CPU time ${figure(cpu).content}</span>`,
      }
    : main;
}
