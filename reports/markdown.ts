/** summary.md: the tables and verdicts for a pull request, a wiki or an issue. */
import { join } from 'node:path';
import { writeWhole } from '../core/files.ts';
import type { Chart } from '../core/model/chart.ts';
import type { Findings, TextTable } from '../core/model/section.ts';
import { duration, overheadPhrase, plainDeep } from '../core/present/format.ts';
import type { Measurement, Result } from '../core/results/schema.ts';
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
import { sectionsOf } from './sections.ts';
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
import { type Group, groupsOf, notableCpu } from './view.ts';
import { noFigure } from './without-figure.ts';

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

/** A table of plain texts; columns from `numbersFrom` on are aligned to the right. */
export function markdownTable(
  head: readonly string[],
  numbersFrom: number,
  rows: readonly (readonly string[])[],
): string {
  const line = (cells: readonly string[]) => `| ${cells.map(markdownText).join(' | ')} |`;
  const rule = head.map((_, index) => (index < numbersFrom ? ' --- |' : ' ---: |'));
  return [line(head), `|${rule.join('')}`, ...rows.map(line)].join('\n');
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
  ].join('\n\n');
}

function guestCell(m: Measurement | undefined, native: Measurement | undefined): string {
  if (!m) return 'not run';
  if (m.status !== 'ok' || !m.overhead) return `${m.status}: ${m.error ?? noFigure(m, native)}`;
  const wall = overheadPhrase(m.overhead);
  const cpu = notableCpu(m);
  return cpu ? `${wall}; CPU ${overheadPhrase(cpu)}` : wall;
}

function groupSection(group: Group): string {
  const { guests, rows, means, absent } = group;
  const mean = guests.map((guest) => means.get(guest)?.overhead);
  const body = rows.map(({ workload, native, guests: measured }) => [
    workload,
    native?.nsPerIteration
      ? duration(native.nsPerIteration.estimate)
      : (native?.error ?? (native?.status === 'ok' ? noFigure(native, undefined) : 'not run')),
    ...guests.map((guest) => guestCell(measured.get(guest), native)),
  ]);
  if (mean.some(Boolean)) {
    body.push(['geometric mean', '', ...mean.map((overhead) => (overhead ? overheadPhrase(overhead) : ''))]);
  }
  return [
    `### ${markdownText(group.name)}`,
    markdownTable(['workload', 'native, per iteration', ...guests], 1, body),
    ...absent.map(({ hypervisor, reason }) => markdownText(`${hypervisor} unavailable: ${reason}`)),
  ].join('\n\n');
}

/** A table under its title, a heading of that level, with what to know about it. */
export function tableSection({ title, about, head, rows, notes }: TextTable, level = 2): string {
  const body = rows.map((row) => row.map(({ text, range }) => (range ? `${text} ${range}` : text)));
  return [
    `${'#'.repeat(level)} ${markdownText(title)}`,
    markdownTable(head, 1, body),
    markdownText(about),
    ...(notes.length > 0 ? [notes.map((note) => `- ${markdownText(note)}`).join('\n')] : []),
  ].join('\n\n');
}

/** A section of plain lines; nothing if there are none. */
export function markdownList(title: string, lines: readonly string[]): string[] {
  return lines.length > 0
    ? [`## ${markdownText(title)}`, lines.map((line) => `- ${markdownText(line)}`).join('\n')]
    : [];
}

function image({ file, shown }: Chart): string[] {
  return shown ? [`![${markdownText(shown.caption)}](${file})`] : [];
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
  const busy = busyLine(result);
  const claims = claimsTable(result);
  const blocks = [
    '# What virtualization costs on this computer',
    ...(busy === null ? [] : [`**${markdownText(busy)}**`]),
    ...(result.measurements.length > 0
      ? [
          '## Overhead against native',
          ...groupsOf(result).map(groupSection),
          'Wall-clock overhead [95 % CI], and CPU overhead if it differs. control: a second native machine; it shows the noise of this run.',
          '## Verdicts',
          ...foundingClaims(result).map(claimSection),
          ...(claims ? [tableSection(claims, 3)] : []),
        ]
      : []),
    ...sections.flatMap(({ tables }) => tables).map((table) => tableSection(table)),
    ...sections.flatMap(({ charts }) => charts).flatMap(image),
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
