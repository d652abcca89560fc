/** Where the outcome of a gate goes. */
import { closeSync, openSync } from 'node:fs';
import { type GateFormat, gateFormats } from '../../../reports/gate/index.ts';
import type { TerminalOptions } from '../../../reports/terminal/index.ts';
import { UserError } from '../../errors.ts';
import { appendWhole, reasonOf } from '../../files.ts';
import type { Gate } from '../../judge/gate/gate.ts';
import type { Unjudged } from '../../judge/gate/unjudged.ts';
import { type OutputFlags, outputsAsked, outputsOf } from '../outputs.ts';
import { present } from '../present.ts';
import { outputWidth } from '../terminal.ts';

const [usual] = gateFormats;

/**
 * What was judged, or that nothing was; if the command fails for that, only in the outputs that were asked for, since its one
 * line on standard error says it to people. Throws UserError where a file or the step summary cannot be written.
 */
export async function print(found: Gate | Unjudged, flags: OutputFlags): Promise<void> {
  const fails = 'judged' in found && !found.passed;
  const outputs = fails ? outputsAsked(flags) : outputsOf(flags, usual.name);
  const { GITHUB_ACTIONS, GITHUB_STEP_SUMMARY } = process.env;
  // As the runner of GitHub Actions expects of a good citizen, without being asked.
  if (GITHUB_ACTIONS === 'true' && !flags.json && !outputs.some(({ format }) => format === 'github'))
    outputs.push({ format: 'github', file: null, option: '--format' });
  await present(outputs, {
    formats: gateFormats,
    render: (format, options) => textOf(format, found, options),
  });
  if (GITHUB_STEP_SUMMARY) writeSummary(GITHUB_STEP_SUMMARY, found);
}

function textOf(format: GateFormat, found: Gate | Unjudged, options: TerminalOptions): string {
  return 'judged' in found ? format.unjudged(found, options) : format.render(found, options);
}

function writeSummary(path: string, found: Gate | Unjudged): void {
  const markdown = gateFormats.find(({ name }) => name === 'markdown');
  const summary = markdown ? textOf(markdown, found, { colour: false, width: outputWidth() }) : '';
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
