/** The formats of a history: adding one is a file and a line here. */
import type { TerminalOptions } from '../terminal/index.ts';
import { renderChart } from './chart.ts';
import { renderCsv } from './csv.ts';
import { renderJson } from './json.ts';
import { renderMarkdown } from './markdown.ts';
import { renderTerminal } from './terminal.ts';
import type { ClassHistory, HistoryReport } from './view.ts';

export type { ClassHistory, HistoryReport } from './view.ts';

export type HistoryFormat = {
  /** What `--format` takes. */
  readonly name: string;
  /** How names of its files end, by which `--out` tells it. */
  readonly ending: string;
} & (
  | { readonly kind: 'text'; readonly render: (report: HistoryReport, options: TerminalOptions) => string }
  /** Bytes, that show one host class. */
  | { readonly kind: 'picture'; readonly render: (history: ClassHistory) => Buffer }
);

/** The first one is used where none is named. */
export const historyFormats: readonly [HistoryFormat, ...HistoryFormat[]] = [
  { name: 'terminal', ending: '.txt', kind: 'text', render: renderTerminal },
  { name: 'markdown', ending: '.md', kind: 'text', render: renderMarkdown },
  { name: 'csv', ending: '.csv', kind: 'text', render: renderCsv },
  { name: 'json', ending: '.json', kind: 'text', render: renderJson },
  { name: 'png', ending: '.png', kind: 'picture', render: renderChart },
];
