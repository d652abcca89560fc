/** The outputs of an A/B: adding one is a file and a line here. */
import type { Ab } from '../../core/judge/ab/ab.ts';
import type { TerminalOptions } from '../terminal/index.ts';
import { renderSvg } from './chart.ts';
import { renderGithub } from './github.ts';
import { renderHtml } from './html.ts';
import { renderJson } from './json.ts';
import { renderJunit } from './junit.ts';
import { renderMarkdown } from './markdown.ts';
import { renderBencher, renderBiggerIsBetter, renderSmallerIsBetter } from './services.ts';
import { renderTerminal } from './terminal.ts';

export interface AbFormat {
  /** What `--format` takes. */
  readonly name: string;
  /** What it is for, in a few words. */
  readonly title: string;
  render(ab: Ab, options: TerminalOptions): string;
}

/** The first one is used where none is named. */
export const abFormats: readonly [AbFormat, ...AbFormat[]] = [
  { name: 'terminal', title: 'text for people', render: renderTerminal },
  { name: 'markdown', title: 'a summary for a pull request or a GitHub step', render: renderMarkdown },
  { name: 'html', title: 'a page, with the chart', render: renderHtml },
  { name: 'svg', title: 'the chart: change of each figure with its interval', render: renderSvg },
  { name: 'json', title: 'everything, for programs', render: renderJson },
  { name: 'junit', title: 'JUnit XML, a test case for each figure', render: renderJunit },
  { name: 'github', title: 'workflow commands that annotate a GitHub run', render: renderGithub },
  {
    name: 'github-action-benchmark',
    title: 'input for github-action-benchmark, tool customSmallerIsBetter',
    render: renderSmallerIsBetter,
  },
  {
    name: 'github-action-benchmark-bigger',
    title: 'the same, tool customBiggerIsBetter: figures of which more is better',
    render: renderBiggerIsBetter,
  },
  { name: 'bencher', title: 'Bencher Metric Format', render: renderBencher },
];
