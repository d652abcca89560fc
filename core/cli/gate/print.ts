/** Where the outcome of a gate or an A/B goes. */
import { closeSync, openSync } from 'node:fs';
import { type GateFormat, gateFormats } from '../../../reports/gate/index.ts';
import type { TerminalOptions } from '../../../reports/terminal/index.ts';
import { UserError } from '../../errors.ts';
import { appendWhole, reasonOf } from '../../files.ts';
import type { Gate } from '../../judge/gate/gate.ts';
import type { Unjudged } from '../../judge/gate/unjudged.ts';
import { type Output, type OutputFlags, outputsAsked, outputsOf } from '../outputs.ts';
import { present } from '../present.ts';
import { outputWidth } from '../terminal.ts';

interface Format {
  readonly name: string;
}

/**
 * What was judged, or that nothing was; if the command fails for that, only in the outputs that were asked for, since its one
 * line on standard error says it to people. Throws UserError where a file or the step summary cannot be written.
 */
export async function printGate(found: Gate | Unjudged, flags: OutputFlags): Promise<void> {
  const fails = 'judged' in found && !found.passed;
  const outputs = fails ? outputsAsked(flags) : outputsOf(flags, gateFormats[0].name);
  const textOf = (format: GateFormat, options: TerminalOptions) =>
    'judged' in found ? format.unjudged(found, options) : format.render(found, options);
  await print(outputs, gateFormats, textOf, flags);
}

/** Also to GitHub, if it runs there. Throws UserError where a file or the step summary cannot be written. */
export async function print<Given extends Format>(
  outputs: readonly Output[],
  formats: readonly Given[],
  textOf: (format: Given, options: TerminalOptions) => string,
  { json }: Pick<OutputFlags, 'json'>,
): Promise<void> {
  const { GITHUB_ACTIONS, GITHUB_STEP_SUMMARY } = process.env;
  // As the runner of GitHub Actions expects of a good citizen, without being asked.
  const annotates = GITHUB_ACTIONS === 'true' && !json && !outputs.some(({ format }) => format === 'github');
  await present([...outputs, ...(annotates ? [{ format: 'github', file: null, option: '--format' }] : [])], {
    formats,
    render: textOf,
  });
  const markdown = formats.find(({ name }) => name === 'markdown');
  if (GITHUB_STEP_SUMMARY && markdown)
    writeSummary(GITHUB_STEP_SUMMARY, textOf(markdown, { colour: false, width: outputWidth() }));
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
