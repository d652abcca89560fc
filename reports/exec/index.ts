/** What `hvbench exec` found, for the terminal, in other formats, and in a folder. */
import { createColors } from 'picocolors';
import { plain } from '../../core/present/format.ts';
import type { ExecResult } from '../../core/results/exec-schema.ts';
import { computer, virtualizationOf } from '../host.ts';
import type { TerminalOptions } from '../terminal/index.ts';
import { section } from '../terminal/items.ts';
import { renderTextTable } from '../terminal/text-table.ts';
import { wrap } from '../wrap.ts';
import { renderExecCsv } from './csv.ts';
import { renderExecJson } from './json.ts';
import { renderExecMarkdown } from './markdown.ts';
import { courseOf, execTable, failures, plainResult, remarks } from './view.ts';

export { resultJson } from './json.ts';

export interface ExecFormat {
  /** What `--format` takes. */
  readonly name: string;
  render(result: ExecResult, options: TerminalOptions): string;
}

/** The first one is used where none is named. */
export const execFormats: readonly [ExecFormat, ...ExecFormat[]] = [
  { name: 'terminal', render: renderExec },
  { name: 'markdown', render: renderExecMarkdown },
  { name: 'csv', render: renderExecCsv },
  { name: 'json', render: renderExecJson },
];

/** What a folder gets besides result.json; names as those of a run's reports. */
export const EXEC_REPORTS = [
  { name: 'csv', file: 'overhead.csv', render: renderExecCsv },
  { name: 'markdown', file: 'summary.md', render: renderExecMarkdown },
] as const;

/** Lines at most `width` columns wide wherever words allow. */
export function renderExec(raw: ExecResult, { colour, width }: TerminalOptions): string {
  const result = plainResult(raw);
  const colours = createColors(colour);
  const table = execTable(result);
  return [
    ...(table.rows.length > 0 ? renderTextTable(table, width, colours) : []),
    ...section('Failed', failures(result), colours, width),
    ...section('Caveats', remarks(raw).map(plain), colours, width),
    ...wrap(courseOf(result), width),
    ...wrap(`Host: ${computer(result.host)}. ${virtualizationOf(result.host)}`, width),
    '',
  ].join('\n');
}
