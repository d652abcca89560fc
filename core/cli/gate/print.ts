/** Where the outcome of a gate goes. */
import { closeSync, openSync } from 'node:fs';
import { gateFormats } from '../../../reports/gate/index.ts';
import { UserError } from '../../errors.ts';
import { appendWhole, reasonOf } from '../../files.ts';
import type { Gate } from '../../judge/gate/gate.ts';
import { type OutputFlags, outputsOf } from '../outputs.ts';
import { present } from '../present.ts';
import { outputWidth } from '../terminal.ts';

const [usual] = gateFormats;

/** Throws UserError where a file or the step summary cannot be written. */
export async function print(gate: Gate, flags: OutputFlags): Promise<void> {
  const outputs = outputsOf(flags, usual.name);
  const { GITHUB_ACTIONS, GITHUB_STEP_SUMMARY } = process.env;
  // As the runner of GitHub Actions expects of a good citizen, without being asked.
  if (GITHUB_ACTIONS === 'true' && !flags.json && !outputs.some(({ format }) => format === 'github'))
    outputs.push({ format: 'github', file: null, option: '--format' });
  await present(outputs, {
    formats: gateFormats,
    render: (format, options) => format.render(gate, options),
  });
  if (GITHUB_STEP_SUMMARY) writeSummary(GITHUB_STEP_SUMMARY, gate);
}

function writeSummary(path: string, gate: Gate): void {
  const markdown = gateFormats.find(({ name }) => name === 'markdown');
  const summary = markdown?.render(gate, { colour: false, width: outputWidth() }) ?? '';
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
