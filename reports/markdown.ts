/** summary.md: the tables and verdicts for a pull request, a wiki or an issue. */
import { join } from 'node:path';
import { writeWhole } from '../core/files.ts';
import type { Chart } from '../core/model/chart.ts';
import type { Findings, Section, TextCell, TextTable } from '../core/model/section.ts';
import { plainDeep } from '../core/present/format.ts';
import type { Result } from '../core/results/schema.ts';
import type { KeptSuite } from '../core/results/suite-records.ts';
import {
  compilerOf,
  computer,
  failureLines,
  methodParagraphs,
  remarks,
  reproduceCommand,
  runSentence,
  stopSentence,
  virtualizationOf,
} from './host.ts';
import type { Report } from './report.ts';
import { leadFirst, sectionsOf } from './sections.ts';
import { explainedOnce, keyLine, markedText } from './tones.ts';
import {
  busyLine,
  CLAIM_VERDICT_WORDS,
  claimsTable,
  evidence,
  foundingClaims,
  headline,
  type JudgedClaim,
  subject,
} from './verdicts.ts';

const list = new Intl.ListFormat('en', { type: 'conjunction' });

/** Text that Markdown shows as it is: no HTML, table cell, code, link, emphasis, mention or automatic link. */
export function markdownText(text: string): string {
  return text
    .replace(/[\\`*_{}[\]|~#!]/g, '\\$&')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('@', '&#64;')
    .replaceAll('://', '&#58;//');
}

/** A table of cells that are Markdown already; columns from `numbersFrom` on are aligned to the right. */
function tableOf(head: readonly string[], numbersFrom: number, rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const rule = head.map((_, index) => (index < numbersFrom ? ' --- |' : ' ---: |'));
  return [line(head), `|${rule.join('')}`, ...rows.map(line)].join('\n');
}

/** A table of plain texts; columns from `numbersFrom` on are aligned to the right. */
export function markdownTable(
  head: readonly string[],
  numbersFrom: number,
  rows: readonly (readonly string[])[],
): string {
  return tableOf(
    head.map(markdownText),
    numbersFrom,
    rows.map((row) => row.map(markdownText)),
  );
}

function claimSection(claim: JudgedClaim): string {
  return [
    `**${markdownText(headline(claim))}**`,
    `> ${markdownText(claim.statement)} (${markdownText(claim.source)})`,
    markdownTable(
      ['judged', 'verdict', `evidence (claimed: ${claim.band})`],
      3,
      claim.results.map((judged) => [subject(judged), CLAIM_VERDICT_WORDS[judged.verdict], evidence(judged)]),
    ),
    ...claim.predictions.map(markdownText),
  ].join('\n\n');
}

function cellMarkdown(cell: TextCell): string {
  const phrase = ({ text, range }: Pick<TextCell, 'text' | 'range'>) =>
    [text, range].filter(Boolean).join(' ');
  const first = phrase({ ...cell, text: markedText(cell) });
  const text = markdownText(cell.also ? `${first}; ${phrase(cell.also)}` : first);
  return cell.heads ? `**${text}**` : text;
}

/** A table under its title, a heading of that level, with what to know about it. */
export function tableSection(table: TextTable, level = 2): string {
  const { title, about, head, rows, notes } = table;
  const body = rows.map((row) => head.map((_, index) => cellMarkdown(row[index] ?? { text: '' })));
  const key = keyLine(table);
  return [
    `${'#'.repeat(level)} ${markdownText(title)}`,
    ...(about ? [markdownText(about)] : []),
    ...(key ? [markdownText(key)] : []),
    tableOf(head.map(markdownText), 1, body),
    ...(notes.length > 0 ? [notes.map((note) => `- ${markdownText(note)}`).join('\n')] : []),
  ].join('\n\n');
}

/** A section of plain lines; nothing if there are none. */
export function markdownList(title: string, lines: readonly string[]): string[] {
  return lines.length > 0
    ? [`## ${markdownText(title)}`, lines.map((line) => `- ${markdownText(line)}`).join('\n')]
    : [];
}

/** Names of the charts: a picture by a relative path is broken in an issue and in the summary of a CI job. */
function chartNames(charts: readonly Chart[]): string[] {
  return charts.length > 0
    ? [`Charts, in files beside this one: ${list.format(charts.map(({ file }) => `\`${file}\``))}.`]
    : [];
}

/** Tables and what they lack; what only some readers look for is folded away. */
function tablesOf({ title, place, tables, lacks = [] }: Section): string[] {
  const level = place === undefined ? 2 : 3;
  const blocks = [
    ...explainedOnce(tables, 'first').map((table) => tableSection(table, level)),
    ...lacks.map(markdownText),
  ];
  if (blocks.length === 0) return [];
  // GitHub reads Markdown within HTML if there are empty lines around it.
  if (place === 'aside')
    return [`<details><summary>${markdownText(title)}</summary>`, ...blocks, '</details>'];
  return place === 'lead' ? [`## ${markdownText(title)}`, ...blocks] : blocks;
}

function findingList({ title, items }: Findings): string[] {
  return markdownList(
    title,
    items.map(({ statement, verdict, evidence }) => `${verdict}: ${statement} Here: ${evidence}.`),
  );
}

/** The text of summary.md. */
export function renderMarkdown(raw: Result, suites: readonly KeptSuite[]): string {
  const result = plainDeep(raw);
  const sections = sectionsOf(result, suites);
  const [lead, others] = leadFirst(sections);
  const busy = busyLine(result);
  const claims = claimsTable(result);
  const blocks = [
    '# What virtualization costs on this computer',
    ...(busy === null ? [] : [`**${markdownText(busy)}**`]),
    ...lead.flatMap(tablesOf),
    ...(lead.length > 0
      ? [
          '## Verdicts',
          ...foundingClaims(result).map(claimSection),
          ...(claims ? [tableSection(claims, 3)] : []),
        ]
      : []),
    ...others.flatMap(tablesOf),
    ...chartNames(sections.flatMap(({ charts }) => charts)),
    ...sections.flatMap(({ findings }) => (findings ? findingList(findings) : [])),
    ...markdownList('Failed', failureLines(result)),
    ...markdownList('Caveats', remarks(result)),
    '## Host',
    markdownText(`${computer(result.host)}. ${virtualizationOf(result.host)} ${compilerOf(result.host)}`),
    '## Method',
    ...methodParagraphs(result, sections).map(markdownText),
    markdownText(`${runSentence(result)} ${stopSentence(result)}`),
    'Reproduce with:',
    `\`\`\`sh\n${reproduceCommand(result)}\n\`\`\``,
  ];
  return `${blocks.join('\n\n')}\n`;
}

export const markdownReport: Report = {
  name: 'markdown',
  async write(result, dir, suites) {
    const path = join(dir, 'summary.md');
    writeWhole(path, renderMarkdown(result, suites));
    return [path];
  },
};
