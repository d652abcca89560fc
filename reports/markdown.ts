/** summary.md: the verdicts and the table for a pull request, a wiki or an issue. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Measurement, Result } from '../core/results/schema.ts';
import { duration, overheadPhrase, plainDeep } from './format.ts';
import {
  computer,
  failureLines,
  methodSentence,
  remarks,
  reproduceCommand,
  runSentence,
  stopSentence,
  virtualizationOf,
} from './host.ts';
import type { Report } from './report.ts';
import { evidence, headline, type JudgedClaim, judgedClaims, subject, VERDICT_WORDS } from './verdicts.ts';
import { type Group, groupsOf, notableCpu } from './view.ts';

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

type Align = 'left' | 'right';

function table(head: readonly string[], align: Align, rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map(markdownText).join(' | ')} |`;
  const rule = head.map((_, index) => (index === 0 || align === 'left' ? ' --- |' : ' ---: |'));
  return [line(head), `|${rule.join('')}`, ...rows.map(line)].join('\n');
}

function claimSection(claim: JudgedClaim): string {
  return [
    `**${markdownText(headline(claim))}**`,
    `> ${markdownText(claim.statement)} (${markdownText(claim.source)})`,
    table(
      ['judged', 'verdict', `evidence (claimed: ${claim.band})`],
      'left',
      claim.results.map((judged) => [subject(judged), VERDICT_WORDS[judged.verdict], evidence(judged)]),
    ),
  ].join('\n\n');
}

function guestCell(m: Measurement | undefined): string {
  if (!m) return 'not run';
  if (m.status !== 'ok' || !m.overhead) return `${m.status}: ${m.error ?? 'no overhead could be computed'}`;
  const wall = overheadPhrase(m.overhead);
  const cpu = notableCpu(m);
  return cpu ? `${wall}; CPU ${overheadPhrase(cpu)}` : wall;
}

function groupSection(group: Group): string {
  const { guests, rows, means, absent } = group;
  const mean = guests.map((guest) => means.get(guest)?.overhead);
  const body = rows.map(({ workload, native, guests: measured }) => [
    workload,
    native?.nsPerIteration ? duration(native.nsPerIteration.estimate) : (native?.error ?? 'not run'),
    ...guests.map((guest) => guestCell(measured.get(guest))),
  ]);
  if (mean.some(Boolean)) {
    body.push(['geometric mean', '', ...mean.map((overhead) => (overhead ? overheadPhrase(overhead) : ''))]);
  }
  return [
    `### ${markdownText(group.name)}`,
    table(['workload', 'native, per iteration', ...guests], 'right', body),
    ...absent.map(({ hypervisor, reason }) => markdownText(`${hypervisor}: unavailable, ${reason}`)),
  ].join('\n\n');
}

function list(title: string, lines: readonly string[]): string[] {
  return lines.length > 0 ? [`## ${title}`, lines.map((line) => `- ${markdownText(line)}`).join('\n')] : [];
}

/** The text of summary.md. */
export function renderMarkdown(raw: Result): string {
  const result = plainDeep(raw);
  const blocks = [
    '# What virtualization costs on this computer',
    ...judgedClaims(result).map(claimSection),
    '## Overhead against native',
    'Wall time with its 95 % interval; CPU time where it differs.',
    ...groupsOf(result).map(groupSection),
    ...list('Failed', failureLines(result)),
    ...list('To know', remarks(result)),
    '## Host',
    markdownText(`${computer(result.host)}. ${virtualizationOf(result.host)}`),
    '## Method',
    markdownText(methodSentence(result)),
    markdownText(`${runSentence(result)} ${stopSentence(result)}`),
    'To repeat it:',
    `\`\`\`sh\n${reproduceCommand(result)}\n\`\`\``,
  ];
  return `${blocks.join('\n\n')}\n`;
}

export const markdownReport: Report = {
  name: 'markdown',
  files: ['summary.md'],
  async write(result, dir) {
    const path = join(dir, 'summary.md');
    await writeFile(path, renderMarkdown(result));
    return [path];
  },
};
