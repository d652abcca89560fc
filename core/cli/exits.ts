/** `hvbench exits A [B …]`: what guests leave the CPU for, results side by side. */
import { exitsFormats } from '../../reports/exits/index.ts';
import { exits as exitsOf } from '../library/exits.ts';
import { type OutputFlags, outputsOf } from './outputs.ts';
import { type ConfigFlag, partsFor } from './parts.ts';
import { present } from './present.ts';

export interface ExitsFlags extends OutputFlags, ConfigFlag {
  readonly suite?: readonly string[];
}

/** Throws UserError where a path holds no result, nothing was counted, or a file cannot be written. */
export async function exits(paths: readonly string[], flags: ExitsFlags): Promise<void> {
  const report = await exitsOf(paths, { suites: flags.suite }, await partsFor(flags));
  const [{ name: usual }] = exitsFormats;
  await present(outputsOf(flags, usual), {
    formats: exitsFormats,
    render: (format, options) => format.render(report, options),
  });
}
