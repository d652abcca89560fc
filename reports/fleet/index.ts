/** The formats of a fleet: adding one is a file and a line here. */
import type { Fleet } from '../../core/results/fleet/schema.ts';
import { printableJson } from '../json.ts';
import { pageAsMarkdown, pageForTerminal } from '../tables.ts';
import type { TerminalOptions } from '../terminal/index.ts';
import { renderSvg } from './chart.ts';
import { renderCsv, renderHostsCsv } from './csv.ts';
import { renderHtml } from './html.ts';
import { fleetPage } from './page.ts';

export interface FleetFormat {
  readonly name: string;
  /** Its name in the folder of the fleet; null if it is only printed. */
  readonly file: string | null;
  readonly render: (fleet: Fleet, options: TerminalOptions) => string;
}

/** The first one is printed. */
export const fleetFormats: readonly [FleetFormat, ...FleetFormat[]] = [
  {
    name: 'terminal',
    file: null,
    render: (fleet, options) => pageForTerminal(fleetPage(fleet, { brief: true }), options),
  },
  // On one line: a thousand hosts have a hundred thousand readings.
  { name: 'json', file: 'fleet.json', render: (fleet) => printableJson(fleet, 0) },
  { name: 'csv', file: 'fleet.csv', render: renderCsv },
  { name: 'hosts-csv', file: 'fleet-hosts.csv', render: renderHostsCsv },
  { name: 'markdown', file: 'fleet.md', render: (fleet) => pageAsMarkdown(fleetPage(fleet)) },
  { name: 'html', file: 'fleet.html', render: renderHtml },
  { name: 'svg', file: 'fleet.svg', render: renderSvg },
];
