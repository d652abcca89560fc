/** What a command says in lines and tables, for a terminal and as Markdown: the same of every such command. */
import { createColors } from 'picocolors';
import type { TextTable } from '../core/model/section.ts';
import { markdownList, markdownText, tableSection } from './markdown.ts';
import type { TerminalOptions } from './terminal/index.ts';
import { section } from './terminal/items.ts';
import { renderTextTable } from './terminal/text-table.ts';
import { explainedOnce } from './tones.ts';
import { wrap } from './wrap.ts';

/** Texts are plain already. */
export interface TablePage {
  readonly title: string;
  /** Before the tables. */
  readonly lines: readonly string[];
  readonly tables: readonly TextTable[];
  /** Behind them: lists under their titles; those without lines are left out. */
  readonly lists: readonly { readonly title: string; readonly lines: readonly string[] }[];
}

export function pageForTerminal(
  { lines, tables, lists }: TablePage,
  { colour, width }: TerminalOptions,
): string {
  const colours = createColors(colour);
  return [
    ...lines.flatMap((line) => wrap(line, width)),
    '',
    ...explainedOnce(tables, 'last').flatMap((table) => renderTextTable(table, width, colours)),
    ...lists.flatMap(({ title, lines }) => section(title, lines, colours, width)),
  ].join('\n');
}

export function pageAsMarkdown({ title, lines, tables, lists }: TablePage): string {
  const blocks = [
    `# ${markdownText(title)}`,
    lines.map((line) => `- ${markdownText(line)}`).join('\n'),
    ...explainedOnce(tables, 'first').map((table) => tableSection(table)),
    ...lists.flatMap(({ title, lines }) => markdownList(title, lines)),
  ];
  return `${blocks.join('\n\n')}\n`;
}
