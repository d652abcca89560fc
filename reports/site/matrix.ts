/** Charts and a table of what hypervisors cost on one kind of computer. */
import { groupBy } from '../../core/group-by.ts';
import { roleOf } from '../../core/model/role.ts';
import { count } from '../../core/present/format.ts';
import { notableCpu } from '../view.ts';
import { type ChartRow, chartOf } from './chart.ts';
import { aboutOf, type Facets } from './facets.ts';
import type { Cell, HostGroup } from './groups.ts';
import { html, type Markup, type Piece } from './html.ts';
import { machineKey, machineNames, whereOf } from './machines.ts';
import { folded, notes } from './page.ts';
import type { Summary } from './summary.ts';
import { figure, type Td, tableOf } from './tables.ts';
import { computerWords, hypervisorLink } from './words.ts';

/** Charts that are open, side by side if there is room; the others are folded away. */
const OPEN = 2;
const isControl = (id: string) => roleOf(id) === 'control';

const scopeOf = ({ suite, isa }: Cell) => `${suite} (${isa})`;

/** Machines of one name beside each other, and the control last: it is the measure of the noise, not what the reader looks for. */
const controlLast = (cells: readonly Cell[]) =>
  [...groupBy(cells, ({ hypervisor }) => hypervisor)]
    .sort(([a], [b]) => Number(isControl(a)) - Number(isControl(b)))
    .flatMap(([, own]) => own);

const partsOf = (cells: readonly Cell[]) => ({
  hypervisor: [...new Set(cells.map(({ hypervisor }) => hypervisor))],
  suite: [...new Set(cells.map(({ suite }) => suite))],
});

export interface Place {
  /** Begins the ids of what is in it. */
  readonly id: string;
  /** Leads to the site's front page. */
  readonly up: string;
  /** By what it can be filtered there. */
  readonly facets?: Facets;
  /** Where the figures are that are no overheads. */
  readonly others: string;
}

/** `summaries` are of one class of hosts, at least one. */
export function overheadsOf({ summaries, cells }: Omit<HostGroup, 'classId'>, place: Place): Piece {
  const [{ host }] = summaries as [Summary];
  if (cells.length > 0) return matrixOf(computerWords(host), cells, place);
  const suites = aboutOf(summaries).suite.join(', ') || 'nothing that gave a figure';
  const why =
    host.footing === 'emulated'
      ? 'this CPU is emulated, so every time is the emulator’s and says nothing about a hypervisor. How often guests left for the hypervisor (exits) holds all the same'
      : 'no workload was measured';
  return html`<p>No overheads here: ${why}. What was measured (${suites}) is ${place.others}.</p>\n`;
}

function matrixOf(label: string, cells: readonly Cell[], { id, up, facets }: Place): Piece {
  const scopes = [...groupBy(cells, scopeOf)];
  const names = machineNames(controlLast(cells));
  const drawn = scopes.map(([scope, of], index) => {
    const title = `${scope}: overhead against native`;
    return html`<figure${facets?.part(partsOf(of))}><figcaption>${title}</figcaption>
${chartOf(
  `${id}-${index}`,
  `${label}, ${title}`,
  controlLast(of).map((cell) => chartRow(cell, names, facets)),
)}
</figure>
`;
  });
  const more = drawn.slice(OPEN);
  return [
    html`<div class="charts">${drawn.slice(0, OPEN)}</div>\n`,
    more.length > 0 &&
      folded(
        count(more.length, 'more chart'),
        html`<div class="charts">${more}</div>\n`,
        facets?.part(partsOf(scopes.slice(OPEN).flatMap(([, of]) => of))),
      ),
    tableOfCells(`${id}-table`, label, cells, { scopes, names }, up, facets),
  ];
}

type Names = ReturnType<typeof machineNames>;
const nameOf = (cell: Cell, names: Names) => names.get(machineKey(cell)) ?? cell.hypervisor;

function chartRow(cell: Cell, names: Names, facets?: Facets): ChartRow {
  const { hypervisor, overhead, results } = cell;
  const attributes = facets?.part({ hypervisor: [hypervisor] });
  return { label: nameOf(cell, names), overhead, results, quiet: isControl(hypervisor), attributes };
}

function tableOfCells(
  id: string,
  label: string,
  cells: readonly Cell[],
  {
    scopes,
    names,
  }: { readonly scopes: readonly (readonly [string, readonly Cell[]])[]; readonly names: Names },
  up: string,
  facets?: Facets,
): Markup {
  const lines = [...groupBy(controlLast(cells), machineKey).values()] as [Cell, ...Cell[]][];
  const rows = lines.map((own) => [
    rowHead(own[0], names, up),
    ...scopes.map(([scope]) => cellOf(own.find((cell) => scopeOf(cell) === scope))),
  ]);
  const others = cells.filter((cell) => cell.others > 0);
  return html`${tableOf(
    id,
    `${label}: overheads`,
    [
      'hypervisor',
      ...scopes.map(([text, of]) => ({ text, number: true, attributes: facets?.part(partsOf(of)) })),
    ],
    rows,
    (row) => facets?.part({ hypervisor: [lines[row]?.[0].hypervisor ?? ''] }),
  )}${notes(
    others.length > 0
      ? [
          `Of other machine code or workloads, or of another variant of the same name, and so not in these figures: ${others.map((cell) => `${cell.others} of ${nameOf(cell, names)} on ${scopeOf(cell)}`).join(', ')}. Their own pages have them.`,
        ]
      : [],
  )}`;
}

/** The link leads to all machines of the name; what is behind it is of this one. */
function rowHead(cell: Cell, names: Names, up: string): Piece {
  const { hypervisor } = cell;
  const number = nameOf(cell, names).slice(hypervisor.length);
  return html`${hypervisorLink(up, hypervisor)}${number}${whereOf(cell, number !== '')}`;
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
