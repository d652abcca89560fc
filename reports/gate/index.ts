/** The outputs of a gate: adding one is a file and a line here. */
import type { Gate } from '../../core/judge/gate/gate.ts';
import type { Unjudged } from '../../core/judge/gate/unjudged.ts';
import type { TerminalOptions } from '../terminal/index.ts';
import { renderBencher } from './bencher.ts';
import { renderGithub } from './github.ts';
import { renderBiggerIsBetter, renderSmallerIsBetter } from './github-action-benchmark.ts';
import { renderJson } from './json.ts';
import { renderJunit } from './junit.ts';
import { renderMarkdown } from './markdown.ts';
import { renderTerminal } from './terminal.ts';
import {
  unjudgedBencher,
  unjudgedBenchmark,
  unjudgedGithub,
  unjudgedJson,
  unjudgedJunit,
  unjudgedMarkdown,
  unjudgedTerminal,
} from './unjudged.ts';

export interface GateFormat {
  /** What `--format` takes. */
  readonly name: string;
  /** What it is for, in a few words. */
  readonly title: string;
  render(gate: Gate, options: TerminalOptions): string;
  /** If nothing was judged. */
  unjudged(unjudged: Unjudged, options: TerminalOptions): string;
}

/** The first one is used where none is named. */
export const gateFormats: readonly [GateFormat, ...GateFormat[]] = [
  { name: 'terminal', title: 'text for people', render: renderTerminal, unjudged: unjudgedTerminal },
  {
    ...{ name: 'markdown', title: 'a summary for a pull request or a GitHub step' },
    ...{ render: renderMarkdown, unjudged: unjudgedMarkdown },
  },
  { name: 'json', title: 'everything, for programs', render: renderJson, unjudged: unjudgedJson },
  {
    ...{ name: 'junit', title: 'JUnit XML, a test case for each row and metric' },
    ...{ render: renderJunit, unjudged: unjudgedJunit },
  },
  {
    ...{ name: 'github', title: 'workflow commands that annotate a GitHub run' },
    ...{ render: renderGithub, unjudged: unjudgedGithub },
  },
  {
    name: 'github-action-benchmark',
    title: 'input for github-action-benchmark, tool customSmallerIsBetter',
    ...{ render: renderSmallerIsBetter, unjudged: unjudgedBenchmark },
  },
  {
    name: 'github-action-benchmark-bigger',
    title: 'the same, tool customBiggerIsBetter: metrics of which more is better',
    ...{ render: renderBiggerIsBetter, unjudged: unjudgedBenchmark },
  },
  { name: 'bencher', title: 'Bencher Metric Format', render: renderBencher, unjudged: unjudgedBencher },
];
