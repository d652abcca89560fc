/** Where the outcome of a gate goes. */
import { closeSync, openSync } from 'node:fs';
import { gateFormats } from '../../../reports/gate/index.ts';
import { UserError } from '../../errors.ts';
import { appendWhole, reasonOf } from '../../files.ts';
import type { Gate } from '../../judge/gate/gate.ts';
import { useColour } from '../colour.ts';
import { write } from '../compare.ts';

export interface Output {
  readonly format: (typeof gateFormats)[number];
  /** Standard output where there is none. */
  readonly file: string | null;
}

export function outputOf(text: string): Output {
  const at = text.indexOf('=');
  const name = at < 0 ? text : text.slice(0, at);
  const format = gateFormats.find((known) => known.name === name);
  if (!format)
    throw new UserError(
      `unknown report '${name}': use one of ${gateFormats.map((known) => known.name).join(', ')}`,
    );
  return { format, file: at < 0 ? null : text.slice(at + 1) };
}

export function print(gate: Gate, outputs: readonly Output[], json: boolean): void {
  const width = process.stdout.columns ?? 120;
  const named = (name: string): Output => outputOf(name);
  const shown = outputs.some(({ file }) => file === null) ? [] : [named(json ? 'json' : 'terminal')];
  const { GITHUB_ACTIONS, GITHUB_STEP_SUMMARY } = process.env;
  // As the runner of GitHub Actions expects of a good citizen, without being asked.
  if (GITHUB_ACTIONS === 'true' && !json && !outputs.some(({ format }) => format.name === 'github'))
    shown.push(named('github'));
  for (const { format, file } of [...shown, ...outputs]) {
    const colour = file === null && useColour();
    const text = format.render(gate, { colour, width });
    if (file === null) process.stdout.write(text);
    else write(file, text, '--report');
  }
  if (GITHUB_STEP_SUMMARY) {
    const summary = named('markdown').format.render(gate, { colour: false, width });
    try {
      const file = openSync(GITHUB_STEP_SUMMARY, 'a');
      try {
        appendWhole(file, summary);
      } finally {
        closeSync(file);
      }
    } catch (error) {
      throw new UserError(`cannot write the step summary ${GITHUB_STEP_SUMMARY}: ${reasonOf(error)}`);
    }
  }
}
