/** Where the outcome of a gate or an A/B goes. */
import { closeSync, openSync } from 'node:fs';
import type { TerminalOptions } from '../../../reports/terminal/index.ts';
import { UserError } from '../../errors.ts';
import { appendWhole, reasonOf } from '../../files.ts';
import { type OutputFlags, outputsOf } from '../outputs.ts';
import { present } from '../present.ts';
import { outputWidth } from '../terminal.ts';

interface Format<Found> {
  readonly name: string;
  render(found: Found, options: TerminalOptions): string;
}

/** In the formats that flags name, else in the first one. Throws UserError where a file or the step summary cannot be written. */
export async function printGate<Found>(
  found: Found,
  formats: readonly [Format<Found>, ...Format<Found>[]],
  flags: OutputFlags,
): Promise<void> {
  const outputs = outputsOf(flags, formats[0].name);
  const { GITHUB_ACTIONS, GITHUB_STEP_SUMMARY } = process.env;
  // As the runner of GitHub Actions expects of a good citizen, without being asked.
  if (GITHUB_ACTIONS === 'true' && !flags.json && !outputs.some(({ format }) => format === 'github'))
    outputs.push({ format: 'github', file: null, option: '--format' });
  await present(outputs, { formats, render: (format, options) => format.render(found, options) });
  const markdown = formats.find(({ name }) => name === 'markdown');
  if (GITHUB_STEP_SUMMARY && markdown)
    writeSummary(GITHUB_STEP_SUMMARY, markdown.render(found, { colour: false, width: outputWidth() }));
}

function writeSummary(path: string, summary: string): void {
  try {
    const file = openSync(path, 'a');
    try {
      appendWhole(file, summary);
    } finally {
      closeSync(file);
    }
  } catch (error) {
    throw new UserError(`cannot write the step summary ${path}: ${reasonOf(error)}`);
  }
}
