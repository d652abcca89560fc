/** The formats of a comparison: adding one is a file and a line here. */
import type { TerminalOptions } from '../terminal/index.ts';
import { renderCsv } from './csv.ts';
import { renderHtml } from './html.ts';
import { renderJson } from './json.ts';
import { renderMarkdown } from './markdown.ts';
import { renderTerminal } from './terminal.ts';
import type { ComparisonReport } from './view.ts';

export type { ComparisonReport } from './view.ts';

export interface ComparisonFormat {
  /** What `--format` takes. */
  readonly name: string;
  readonly render: (report: ComparisonReport, options: TerminalOptions) => string;
}

/** The first one is used where none is named. */
export const comparisonFormats: readonly [ComparisonFormat, ...ComparisonFormat[]] = [
  { name: 'terminal', render: renderTerminal },
  { name: 'markdown', render: renderMarkdown },
  { name: 'csv', render: renderCsv },
  { name: 'html', render: renderHtml },
  { name: 'json', render: renderJson },
];
