/** For a README, an issue or a pull request. */

import { dateTime, plain } from '../../core/present/format.ts';
import type { ExecResult } from '../../core/results/exec-schema.ts';
import { computer, virtualizationOf } from '../host.ts';
import { markdownList, markdownText, tableSection } from '../markdown.ts';
import { courseOf, execTable, failures, plainResult, remarks } from './view.ts';

export function renderExecMarkdown(raw: ExecResult): string {
  const result = plainResult(raw);
  const blocks = [
    tableSection(execTable(result)),
    ...markdownList('Failed', failures(result)),
    ...markdownList('Caveats', remarks(raw).map(plain)),
    markdownText(courseOf(result)),
    markdownText(
      `Host: ${computer(result.host)}. ${virtualizationOf(result.host)} Measured ${dateTime(result.startedAt)} by ${result.tool.name} ${result.tool.version}.`,
    ),
  ];
  return `${blocks.join('\n\n')}\n`;
}
